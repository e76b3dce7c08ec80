//! The border as Rust sees it; what Kotlin and Swift see is tested there.

mod calling;
mod exports;
mod keys;
mod listening;
mod logging;

use std::sync::Arc;
use std::time::Duration;

use hongqi_core::ids::{DeviceId, MemberId, OrgId, SpaceId};
use hongqi_core::key::{self, DeviceKey as _};
use hongqi_core::sync::wire::{AuthorCard, EnrolResponse, Token};

use crate::{Hongqi, SoftwareKey};

/// No test waits longer for something that should happen at once.
const SOON: Duration = Duration::from_secs(60);

struct Phone {
    hongqi: Arc<Hongqi>,
    /// A discussion to write into.
    talk: SpaceId,
    home: tempfile::TempDir,
    /// What is in no backup.
    no_backup: tempfile::TempDir,
}

/// An enrolled phone in the foreground, whose server is not there.
async fn phone() -> Phone {
    let [home, no_backup] = [(), ()].map(|()| tempfile::tempdir().unwrap());
    let path = |folder: &tempfile::TempDir| folder.path().to_str().unwrap().to_owned();
    let key = SoftwareKey::generate().unwrap();
    let public_key: key::PublicKey = crate::DeviceKey::public_key(&*key).unwrap().try_into().unwrap();
    let hongqi = Hongqi::open(path(&home), key, Some(path(&no_backup)), None).await.unwrap();
    hongqi.resume().await.unwrap();
    let org = OrgId::from_number("B1");
    let server = key::SoftwareKey::generate().unwrap().0;
    let card = AuthorCard {
        device: DeviceId::of_key(&public_key),
        member: MemberId::from_number("1"),
        public_key,
        name: "李明".to_owned(),
        home: org,
        signature: [0; 64],
    };
    let token = Token { secret: String::new(), ttl_ms: 0 };
    let response = EnrolResponse { card: card.sign(&server).unwrap(), server_key: server.public_key(), token };
    hongqi.app.core().enrolled("https://127.0.0.1:1", &response).unwrap();
    Phone { hongqi, talk: SpaceId::standing(org), home, no_backup }
}
