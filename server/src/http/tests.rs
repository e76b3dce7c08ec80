use std::time::Duration;

use hongqi_core::ids::SpaceId;
use hongqi_core::sync::wire::{Ask, ChallengeRequest, Follow, From, Hint, MAX_BUDGET, Token, TokenRequest, VERSION};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::*;
use crate::tests::{Phone, accepted, org, server};

struct Running {
    at: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    done: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn running(server: &Arc<Server>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let done = tokio::spawn(serve(server.clone(), listener, async move { _ = stopped.await }));
    Running { at, stop: Some(stop), done }
}

impl Running {
    async fn send(&self, method: &str, path: &str, token: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server may answer and close before it has read too large a body.
        let _ = stream.write_all(body).await;
        stream
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut answer = Vec::new();
        let _ = self.send(method, path, token, body).await.read_to_end(&mut answer).await;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        (status, answer.split_off(end + 4))
    }
}

async fn token(running: &Running, phone: &Phone) -> String {
    let ask = ChallengeRequest { version: VERSION, device: phone.device };
    let (_, body) = running.call("POST", path::CHALLENGE, "", &encode(&ask)).await;
    let nonce = decode::<hongqi_core::sync::wire::Challenge>(&body).unwrap().nonce;
    let signature = hongqi_core::key::sign(&phone.key, hongqi_core::key::Purpose::Challenge, &nonce).unwrap();
    let ask = TokenRequest { device: phone.device, nonce, signature };
    let (status, body) = running.call("POST", path::TOKEN, "", &encode(&ask)).await;
    assert_eq!(status, 200);
    decode::<Token>(&body).unwrap().secret
}

fn request(space: SpaceId) -> SyncRequest {
    let follow = Follow::Asks(vec![Ask { space, from: From::Newest }]);
    SyncRequest { version: VERSION, generation: None, follow, push: vec![], budget: MAX_BUDGET }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_answer_and_failures_say_why() {
    let (server, _) = server();
    let phone = Phone::of(&server, "1");
    let running = running(&server).await;
    let secret = token(&running, &phone).await;
    let talk = SpaceId::standing(org("b1"));
    let (status, body) = running.call("POST", path::SYNC, &secret, &encode(&request(talk))).await;
    assert_eq!((status, decode::<SyncResponse>(&body).unwrap().pages.len()), (200, 1));
    let code = |answer: (u16, Vec<u8>)| (answer.0, decode::<Failure>(&answer.1).unwrap().code);
    let old = SyncRequest { version: 9, ..request(talk) };
    for (token, body, status, reason) in [
        ("", encode(&request(talk)), 401, FailureCode::Unauthenticated),
        ("x", encode(&request(talk)), 401, FailureCode::Unauthenticated),
        (&secret, vec![], 400, FailureCode::BadRequest),
        (&secret, vec![0xff; 1_000_000], 400, FailureCode::BadRequest),
        (&secret, encode(&old), 400, FailureCode::UnsupportedVersion),
    ] {
        assert_eq!(code(running.call("POST", path::SYNC, token, &body).await), (status, reason));
    }
    assert_eq!(running.call("GET", "/healthz", "", b"").await.0, 200);
    let (_, text) = running.call("GET", "/metrics", "", b"").await;
    assert!(String::from_utf8(text).unwrap().contains("hongqi_requests_total"));
    assert_eq!(running.call("GET", "/v1/nothing", "", b"").await.0, 404);
    server.revoke_device(phone.device).unwrap();
    let answer = running.call("POST", path::SYNC, &secret, &encode(&request(talk))).await;
    assert_eq!(code(answer).0, 401, "the token ended with the device");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_hints_what_is_followed_and_ends_with_the_device_or_the_server() {
    let (server, _) = server();
    let (mut li, wu, mo) = (Phone::of(&server, "1"), Phone::of(&server, "3"), Phone::of(&server, "2"));
    let mut running = running(&server).await;
    let talk = SpaceId::standing(org("b1"));
    let mut streams = Vec::new();
    for phone in [&wu, &mo] {
        let secret = token(&running, phone).await;
        let request = if phone.member == mo.member { request(SpaceId::board(org("b2"))) } else { request(talk) };
        server.sync(phone.device, request).unwrap();
        streams.push(BufReader::new(running.send("GET", path::LIVE, &secret, b"").await).lines());
    }
    let [ref mut wu_stream, ref mut mo_stream] = streams[..] else { panic!() };
    // Headers first: then both are subscribed.
    for stream in [&mut *wu_stream, &mut *mo_stream] {
        while !stream.next_line().await.unwrap().unwrap().is_empty() {}
    }
    accepted(&li.say(talk, "一"));
    let hint = loop {
        let line = wu_stream.next_line().await.unwrap().unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            break data.parse::<Hint>().unwrap();
        }
    };
    assert_eq!(hint, Hint { space: talk, seq: 1 });
    server.revoke_device(wu.device).unwrap();
    let within = Duration::from_secs(5);
    let ended = async { while let Ok(Some(_)) = wu_stream.next_line().await {} };
    tokio::time::timeout(within, ended).await.unwrap();
    running.stop.take().unwrap().send(()).unwrap();
    let rest = async {
        while let Ok(Some(line)) = mo_stream.next_line().await {
            assert!(!line.contains("talk"), "mo does not follow b1's talk");
        }
    };
    tokio::time::timeout(within, rest).await.unwrap();
    tokio::time::timeout(within, running.done).await.unwrap().unwrap().unwrap();
}
