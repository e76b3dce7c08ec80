use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::ids::SpaceId;
use hongqi_core::key::{DeviceKey, Purpose, SoftwareKey, sign};
use hongqi_core::sync::wire::{
    Ask, ChallengeRequest, Follow, From, Hint, MAX_BUDGET, MAX_UNFOLDED, SignedBatch, Token, TokenRequest, VERSION,
    decode,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::*;
use crate::storage::{Reader, SqliteStorage, Storage, Writer};
use crate::tests::{Phone, accepted, org, server};

struct Running {
    at: SocketAddr,
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
    let signature = sign(&phone.key, Purpose::Challenge, &nonce).unwrap();
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
        let mut last = String::new();
        while let Some(line) = mo_stream.next_line().await.unwrap() {
            assert!(!line.starts_with("data"), "mo does not follow b1's talk");
            last = if line.is_empty() { last } else { line };
        }
        last
    };
    assert_eq!(tokio::time::timeout(within, rest).await.unwrap(), "0", "the last chunk of a whole body");
    tokio::time::timeout(within, running.done).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_somebody_who_has_gone_is_not_kept() {
    let (server, _) = server();
    let phone = Phone::of(&server, "1");
    let running = running(&server).await;
    let secret = token(&running, &phone).await;
    let open = async || {
        let (_, metrics) = running.call("GET", "/metrics", "", b"").await;
        String::from_utf8(metrics).unwrap().contains("hongqi_streams 1\n")
    };
    let mut stream = running.send("GET", path::LIVE, &secret, b"").await;
    stream.read_exact(&mut [0; 15]).await.unwrap();
    assert!(open().await);
    drop(stream);
    let within = Duration::from_secs(5);
    let gone = async { while open().await {} };
    tokio::time::timeout(within, gone).await.unwrap();
}

/// A stream whose head was read, as it came, and the socket.
async fn opened(running: &Running, secret: &str, more: &[u8]) -> (String, BufReader<TcpStream>) {
    let stream = TcpStream::connect(running.at).await.unwrap();
    // As a proxy that would keep the connection.
    let head = format!("GET {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\n\r\n", path::LIVE);
    let mut stream = BufReader::new(stream);
    stream.write_all(&[head.as_bytes(), more].concat()).await.unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        stream.read_line(&mut head).await.unwrap();
    }
    (head.to_ascii_lowercase(), stream)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_of_a_stream_is_used_for_nothing_else() {
    let (server, _) = server();
    let (phone, second) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let mut running = running(&server).await;
    let secret = token(&running, &phone).await;
    let within = Duration::from_secs(5);
    let (head, mut stream) = opened(&running, &secret, b"").await;
    assert!(head.starts_with("http/1.1 200") && head.contains("\r\nconnection: close\r\n"), "{head}");
    // What hyper has read beyond the call is answered by nobody, and with what comes later the stream ends.
    let next = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let secret = token(&running, &second).await;
    let (head, mut piped) = opened(&running, &secret, next.as_bytes()).await;
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    running.stop.take().unwrap().send(()).unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(within, stream.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the end of the body, and then of the connection");
    rest.clear();
    let _ = tokio::time::timeout(within, piped.read_to_end(&mut rest)).await.unwrap();
    assert!(!String::from_utf8(rest).unwrap().contains("HTTP/1.1"));
    tokio::time::timeout(within, running.done).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_devices_streams_the_newest_few_stay_open() {
    let (server, _) = server();
    let (phone, other) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let running = running(&server).await;
    let open = async || {
        let (_, text) = running.call("GET", "/metrics", "", b"").await;
        let text = String::from_utf8(text).unwrap();
        text.lines().find_map(|line| line.strip_prefix("hongqi_streams ")?.parse::<usize>().ok()).unwrap()
    };
    let others = opened(&running, &token(&running, &other).await, b"").await;
    let secret = token(&running, &phone).await;
    let mut streams = VecDeque::new();
    for _ in 0..8 {
        streams.push_back(opened(&running, &secret, b"").await.1);
    }
    let within = Duration::from_secs(5);
    for mut oldest in streams.drain(..4) {
        let mut said = Vec::new();
        tokio::time::timeout(within, oldest.read_to_end(&mut said)).await.unwrap().unwrap();
        assert_eq!(said, b"0\r\n\r\n");
    }
    let until = async |left: usize| {
        let gone = async { while open().await > left {} };
        tokio::time::timeout(within, gone).await.unwrap();
        assert_eq!(open().await, left);
    };
    until(5).await;
    drop(streams);
    until(1).await;
    drop(others);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_something_on_a_stream_or_nothing_more_is_gone() {
    let (server, _) = server();
    let phone = Phone::of(&server, "1");
    let running = running(&server).await;
    let secret = token(&running, &phone).await;
    let within = Duration::from_secs(5);
    for half_closes in [false, true] {
        let (_, mut stream) = opened(&running, &secret, b"").await;
        if half_closes {
            stream.shutdown().await.unwrap();
        } else {
            stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").await.unwrap();
        }
        let _ = tokio::time::timeout(within, stream.read_to_end(&mut Vec::new())).await.unwrap();
    }
    let none = async {
        while !String::from_utf8(running.call("GET", "/metrics", "", b"").await.1).unwrap().contains("streams 0\n") {}
    };
    tokio::time::timeout(within, none).await.unwrap();
}

/// HTTP/2 multiplexes calls over one socket, which then belongs to no stream alone.
#[tokio::test(flavor = "multi_thread")]
async fn no_http_2_is_spoken() {
    let (server, _) = server();
    let running = running(&server).await;
    let mut stream = TcpStream::connect(running.at).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_waits_for_no_stream_that_is_not_read() {
    let (server, _) = server();
    let (mut li, wu) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let talk = SpaceId::standing(org("b1"));
    server.sync(wu.device, request(talk)).unwrap();
    accepted(&li.say(talk, "一"));
    // There is no room for the hint between the two.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _unread = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (socket, _) = listener.accept().await.unwrap();
    socket.writable().await.unwrap();
    while socket.try_write(&[0; 65_536]).is_ok() {}
    let (stopped, stopping) = watch::channel(false);
    let (streaming, mut streams) = mpsc::channel(1);
    let (metrics, limits) = (Arc::<Metrics>::default(), Arc::new(Limits::new(vec![])));
    let (metrics_of, calls) = (metrics.clone(), Arc::default());
    let app = App { server, metrics: metrics_of, limits, calls, streams: Arc::default(), stopping, streaming };
    let mut lent = lent::Lent::new(socket, Duration::from_secs(3_600));
    let response = stream::open(&app, wu.device, lent.clone(), Version::HTTP_11);
    drop(app);
    assert_eq!(metrics.streams.get(), 1);
    assert!(response.into_body().into_data_stream().next().now_or_never().is_none());
    assert!(lent.flush().await.is_err(), "it was taken back");
    stopped.send_replace(true);
    tokio::time::timeout(Duration::from_secs(5), streams.recv()).await.unwrap();
    assert_eq!(metrics.streams.get(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_speaks_http_1_0_gets_a_stream_without_chunks() {
    let (server, _) = server();
    let (mut li, wu) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let mut running = running(&server).await;
    let secret = token(&running, &wu).await;
    let talk = SpaceId::standing(org("b1"));
    server.sync(wu.device, request(talk)).unwrap();
    accepted(&li.say(talk, "一"));
    let mut stream = TcpStream::connect(running.at).await.unwrap();
    let head = format!("GET {} HTTP/1.0\r\nauthorization: Bearer {secret}\r\n\r\n", path::LIVE);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut stream = BufReader::new(stream).lines();
    while !stream.next_line().await.unwrap().unwrap().is_empty() {}
    let hint = Hint { space: talk, seq: 1 };
    assert_eq!(stream.next_line().await.unwrap().unwrap(), format!("data: {hint}"));
    running.stop.take().unwrap().send(()).unwrap();
    while let Some(line) = stream.next_line().await.unwrap() {
        assert_eq!(line, "", "nothing but the end of the hint");
    }
}

fn code((status, body): (u16, Vec<u8>)) -> (u16, FailureCode, Option<u64>) {
    let failure = decode::<Failure>(&body).unwrap();
    (status, failure.code, failure.retry_after_ms)
}

/// What is wrong with a body, whatever call it is for.
fn bad_bodies() -> Vec<(&'static str, Vec<u8>)> {
    let folded = |bytes: &[u8]| [&[1], &zstd::bulk::compress(bytes, 3).unwrap()[..]].concat();
    let mut rng = fastrand::Rng::with_seed(5);
    let random: Vec<u8> = (0..3_000).map(|_| rng.u8(..)).collect();
    vec![
        ("empty", vec![]),
        ("an envelope without content", vec![0]),
        ("a folded envelope without content", vec![1]),
        ("an unknown envelope", vec![2, 0x80]),
        ("random bytes", random.clone()),
        ("random bytes, plain", [&[0], &random[..]].concat()),
        ("random bytes, folded", folded(&random)),
        ("a number", vec![0, 0x01]),
        ("an empty array", vec![0, 0x80]),
        ("a map", vec![0, 0xa1, 0x00, 0x01]),
        ("nested without end", [vec![0], vec![0x81; 3_000]].concat()),
        ("an array of four billion", vec![0, 0x9a, 0xff, 0xff, 0xff, 0xff]),
        ("a bomb", folded(&vec![0; MAX_UNFOLDED + 1])),
        ("json", b"{\"version\":1}".to_vec()),
        ("broken utf-8 where a code stands", vec![0, 0x84, 0x01, 0x62, 0xff, 0xfe, 0x40, 0x40]),
        ("more than any body may have", vec![0; MAX_SENT + 1]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_is_answered_with_a_reason_and_nothing_is_lost() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let running = running(&server).await;
    let secret = token(&running, &li).await;
    let talk = SpaceId::standing(org("b1"));
    accepted(&li.say(talk, "之前"));
    let bad_request = (400, FailureCode::BadRequest, None);
    for (what, body) in bad_bodies() {
        for (path, token) in [(path::ENROL, ""), (path::CHALLENGE, ""), (path::TOKEN, ""), (path::SYNC, &secret[..])] {
            assert_eq!(code(running.call("POST", path, token, &body).await), bad_request, "{path}: {what}");
        }
        let untold = code(running.call("POST", path::SYNC, "", &body).await);
        assert_eq!(untold, (401, FailureCode::Unauthenticated, None), "{what}");
    }
    // Cut off anywhere.
    let whole = encode(&request(talk));
    for end in 0..whole.len() {
        assert_eq!(code(running.call("POST", path::SYNC, &secret, &whole[..end]).await), bad_request, "{end}");
    }
    // Another version, older or newer, is told so whatever else it says.
    let key = SoftwareKey::generate().unwrap().0;
    for version in [0, VERSION + 1, u16::MAX] {
        let unsupported = (400, FailureCode::UnsupportedVersion, None);
        let sync = encode(&SyncRequest { version, ..request(talk) });
        assert_eq!(code(running.call("POST", path::SYNC, &secret, &sync).await), unsupported);
        let challenge = encode(&ChallengeRequest { version, device: li.device });
        assert_eq!(code(running.call("POST", path::CHALLENGE, "", &challenge).await), unsupported);
        let signature = sign(&key, Purpose::Enrol, b"X").unwrap();
        let enrol = EnrolRequest { version, code: "X".into(), public_key: key.public_key(), signature };
        assert_eq!(code(running.call("POST", path::ENROL, "", &encode(&enrol)).await), unsupported);
    }
    // A token that nobody has, a path and a method that do not exist.
    for token in ["\u{1}", "x y", &"f".repeat(5_000), &secret[1..]] {
        let (status, _) = running.call("POST", path::SYNC, token, &whole).await;
        assert!(status == 401 || status == 400, "{status}");
    }
    for (method, path, status) in [("POST", "/v1/nothing", 404), ("GET", "/", 404), ("GET", path::ENROL, 405)] {
        assert_eq!(running.call(method, path, "", b"").await.0, status, "{method} {path}");
    }
    assert_eq!(running.call("DELETE", path::SYNC, &secret, b"").await.0, 405);
    // After all that the log is as it was, and goes on.
    accepted(&li.say(talk, "之后"));
    assert_eq!(li.entries(talk, From::Start).up_to, 2);
    assert_eq!(running.call("POST", path::SYNC, &secret, &whole).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn enrolments_that_fail_are_few_from_one_address_and_the_rest_goes_on() {
    let (server, _) = server();
    let li = Phone::of(&server, "1");
    let running = running(&server).await;
    let key = SoftwareKey::generate().unwrap().0;
    let guess = |guess: &str| {
        let signature = sign(&key, Purpose::Enrol, guess.as_bytes()).unwrap();
        encode(&EnrolRequest { version: VERSION, code: guess.into(), public_key: key.public_key(), signature })
    };
    for attempt in 0..30 {
        let answer = running.call("POST", path::ENROL, "", &guess(&format!("GUESS{attempt}"))).await;
        assert_eq!(code(answer), (403, FailureCode::InvalidInvitation, None));
    }
    let right = guess(&server.invite("2", 1).unwrap());
    let (status, reason, retry_after_ms) = code(running.call("POST", path::ENROL, "", &right).await);
    assert_eq!((status, reason), (429, FailureCode::RateLimited));
    assert!(retry_after_ms.is_some_and(|ms| ms > 0 && ms <= 10_001));
    // Who is enrolled already is not held up by it.
    assert!(!token(&running, &li).await.is_empty());
    let (_, text) = running.call("GET", "/metrics", "", b"").await;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("hongqi_calls_limited_total 1"), "{text}");
    assert!(!text.contains("127.0.0.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_named_proxy_each_address_has_its_own_share() {
    let (server, _) = server();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let proxies = vec!["127.0.0.1".parse().unwrap()];
    tokio::spawn(serve_with(server, listener, Options { proxies, ..Options::default() }, std::future::pending()));
    let enrol = async |from: &str| {
        let mut stream = TcpStream::connect(at).await.unwrap();
        let key = SoftwareKey::generate().unwrap().0;
        let signature = sign(&key, Purpose::Enrol, b"NONE").unwrap();
        let request = EnrolRequest { version: VERSION, code: "NONE".into(), public_key: key.public_key(), signature };
        let body = encode(&request);
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {from}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            path::ENROL,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        std::str::from_utf8(&answer[9..12]).unwrap().parse::<u16>().unwrap()
    };
    for _ in 0..30 {
        assert_eq!(enrol("1.2.3.4").await, 403);
    }
    assert_eq!(enrol("1.2.3.4").await, 429);
    assert_eq!(enrol("9.9.9.9, 1.2.3.4").await, 429, "what stands before it is not believed");
    assert_eq!(enrol("1.2.3.5").await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_device_has_a_few_calls_under_way() {
    let (server, _) = server();
    let (li, mo) = (Phone::of(&server, "1"), Phone::of(&server, "2"));
    let running = running(&server).await;
    let (of_li, of_mo) = (token(&running, &li).await, token(&running, &mo).await);
    let body = encode(&request(SpaceId::standing(org("b1"))));
    let mut begun = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(running.at).await.unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {of_li}\r\nconnection: close\r\n\
             expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
            path::SYNC,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 25];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n", "it waits for the body");
        begun.push(stream);
    }
    let one_more = code(running.call("POST", path::SYNC, &of_li, &body).await);
    assert_eq!(one_more, (429, FailureCode::RateLimited, Some(1_000)));
    assert_eq!(running.call("POST", path::SYNC, &of_mo, &body).await.0, 200, "another's");
    // One ends, and there is room.
    let mut first = begun.remove(0);
    first.write_all(&body).await.unwrap();
    let mut answer = Vec::new();
    first.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    assert_eq!(running.call("POST", path::SYNC, &of_li, &body).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_without_end_whether_the_server_lives_holds_up_nobody() {
    let (server, _) = server();
    let li = Phone::of(&server, "1");
    let running = running(&server).await;
    let mut looks = 0;
    while running.call("GET", "/healthz", "", b"").await.0 == 200 {
        looks += 1;
    }
    assert!(looks >= 200, "{looks}");
    let (status, body) = running.call("GET", "/metrics", "", b"").await;
    assert_eq!((status, decode::<Failure>(&body).unwrap().code), (429, FailureCode::RateLimited));
    assert!(!token(&running, &li).await.is_empty(), "from the same address");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_unfolds_to_more_than_a_call_may_say_is_not_unfolded() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let running = running(&server).await;
    let secret = token(&running, &li).await;
    // A later version's challenge says more than this one's, as much as zeros need to.
    let challenge = |more: usize| {
        let mut plain = minicbor::Encoder::new(Vec::new());
        plain.array(3).unwrap().u16(VERSION).unwrap().encode(li.device).unwrap().bytes(&vec![0; more]).unwrap();
        [&[1][..], &zstd::bulk::compress(plain.writer(), 3).unwrap()].concat()
    };
    let (small, large) = (challenge(MAX_UNKNOWN / 2), challenge(MAX_UNKNOWN));
    assert!(small.len() < 200 && large.len() < 200);
    assert_eq!(running.call("POST", path::CHALLENGE, "", &small).await.0, 200);
    assert_eq!(running.call("POST", path::CHALLENGE, "", &large).await.0, 400);
    // Who has a token may say as much as would have to be sent if it did not fold.
    let talk = SpaceId::standing(org("b1"));
    let nothing = SignedBatch { body: vec![0; MAX_SENT / 4], signature: [0; 64] };
    let entry = li.message(talk, "到");
    let honest = li.batch(talk, vec![entry]);
    for (count, status) in [(3, 200), (4, 400)] {
        let push = [vec![honest.clone()], vec![nothing.clone(); count]].concat();
        let body = encode(&SyncRequest { push, ..request(talk) });
        assert!(body.len() < 2_000);
        assert_eq!(running.call("POST", path::SYNC, &secret, &body).await.0, status, "{count}");
    }
}

/// A database in which a bug panics over what somebody has written.
struct Panics(SqliteStorage, AtomicBool);

impl Storage for Panics {
    fn read(&self, work: &mut dyn FnMut(&dyn Reader) -> crate::storage::Result<()>) -> crate::storage::Result<()> {
        assert!(!self.1.load(Ordering::Relaxed), "not a boundary in 暗号");
        self.0.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&dyn Writer) -> crate::storage::Result<()>) -> crate::storage::Result<()> {
        self.0.write(work)
    }

    fn erase(&self) -> crate::storage::Result<bool> {
        self.0.erase()
    }
}

#[test]
fn what_a_panic_says_is_in_no_log() {
    // In a process of its own: the hook belongs to all tests, and its output is what is looked at.
    let program = std::env::current_exe().unwrap();
    let child = ["--exact", "http::tests::a_call_panics", "--ignored", "--nocapture"];
    let output = std::process::Command::new(program).args(child).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("a call panicked") && said.contains("http/tests.rs"), "{said}");
    assert!(!said.contains("暗号"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "what_a_panic_says_is_in_no_log runs it"]
async fn a_call_panics() {
    crate::keep_panics_quiet();
    tracing_subscriber::fmt().init();
    let clock = Arc::new(SystemClock);
    let storage = Arc::new(Panics(SqliteStorage::in_memory(clock.now()).unwrap(), AtomicBool::new(false)));
    let server = Server::with(storage.clone(), Arc::new(SoftwareKey::generate().unwrap().0), clock).unwrap();
    let running = running(&Arc::new(server)).await;
    let device = DeviceId::from_bytes([1; 16]);
    let (_, body) =
        running.call("POST", path::CHALLENGE, "", &encode(&ChallengeRequest { version: VERSION, device })).await;
    let nonce = decode::<hongqi_core::sync::wire::Challenge>(&body).unwrap().nonce;
    storage.1.store(true, Ordering::Relaxed);
    let ask = encode(&TokenRequest { device, nonce, signature: [0; 64] });
    let unavailable = (503, FailureCode::Unavailable, Some(5_000));
    assert_eq!(code(running.call("POST", path::TOKEN, "", &ask).await), unavailable);
}
