//! Against a real TLS server on this machine, with certificates of our own.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::ids::DeviceId;

const ASK: ChallengeRequest = ChallengeRequest { version: 1, device: DeviceId::from_bytes([1; 16]) };

struct Authority {
    root: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap().der().clone();
        Self { root, issuer: Issuer::new(params, key) }
    }

    /// A server whose certificate is for `host`; says whether anything but a handshake ever reached it.
    async fn serves(&self, host: &str, expired: bool) -> (String, tokio::task::JoinHandle<bool>) {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        if expired {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let served = tokio::spawn(async move {
            let stream = listener.accept().await.unwrap().0;
            let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return false };
            let asked = stream.read(&mut [0; 4096]).await.is_ok_and(|bytes| bytes > 0);
            let body = wire::encode(&Challenge { nonce: [5; 32] });
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
            let _ = stream.shutdown().await;
            asked
        });
        (url, served)
    }
}

#[tokio::test]
async fn a_server_with_a_certificate_of_a_trusted_root_is_believed() {
    let ours = Authority::new();
    let transport = HttpTransport::trusting([&ours.root[..]]).unwrap();
    let (url, served) = ours.serves("127.0.0.1", false).await;
    assert_eq!(transport.challenge(&url, &ASK).await, Ok(Challenge { nonce: [5; 32] }));
    assert!(served.await.unwrap());
}

#[tokio::test]
async fn who_cannot_prove_to_be_the_server_gets_nothing() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let transport = HttpTransport::trusting([&ours.root[..]]).unwrap();
    for (what, transport, (url, served)) in [
        ("a root that is not trusted", &transport, theirs.serves("127.0.0.1", false).await),
        ("another host", &transport, ours.serves("other.example", false).await),
        ("yesterday's", &transport, ours.serves("127.0.0.1", true).await),
        ("not one of Mozilla's", &HttpTransport::new().unwrap(), ours.serves("127.0.0.1", false).await),
    ] {
        assert_eq!(transport.challenge(&url, &ASK).await, Err(TransportError::Tls), "{what}");
        assert!(!served.await.unwrap(), "{what}: something was sent");
        let (url, _) = theirs.serves("127.0.0.1", false).await;
        let token = Token { secret: "t".into(), ttl_ms: 1 };
        assert!(matches!(transport.live(&url, &token).await, Err(TransportError::Tls)), "{what}");
    }
}

#[tokio::test]
async fn a_server_without_tls_and_one_that_hangs_up_are_told_apart() {
    let transport = HttpTransport::new().unwrap();
    for (answer, expected) in
        [(&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], TransportError::Tls), (b"", TransportError::Offline)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut stream = listener.accept().await.unwrap().0;
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
        });
        assert_eq!(transport.challenge(&url, &ASK).await, Err(expected));
    }
}

#[test]
fn a_root_that_is_none_is_refused() {
    assert!(matches!(HttpTransport::trusting([&b"no certificate"[..]]), Err(TransportError::Tls)));
}
