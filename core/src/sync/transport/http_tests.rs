use std::io::{Read, Write};

use super::*;
use crate::ids::{DeviceId, OrgId, SpaceId};

const ASK: ChallengeRequest = ChallengeRequest { version: 1, device: DeviceId::from_bytes([1; 16]) };

/// A server for one connection that reads a request and says `answer`, whatever it was asked.
fn says(answer: Vec<u8>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&answer);
    });
    url
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nretry-after: 7\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn failed(code: FailureCode, seconds: u64) -> TransportError {
    TransportError::Failure { code, retry_after: Some(Duration::from_secs(seconds)) }
}

#[tokio::test]
async fn answers_are_believed_only_in_our_format() {
    let challenge = Challenge { nonce: [5; 32] };
    let ours = wire::encode(&Failure { code: FailureCode::Revoked, retry_after_ms: Some(9000) });
    let busy = wire::encode(&Failure { code: FailureCode::Unavailable, retry_after_ms: Some(9000) });
    let slower = wire::encode(&Failure { code: FailureCode::RateLimited, retry_after_ms: Some(9000) });
    let later = failed(FailureCode::Unavailable, 7);
    let protocol = Err(TransportError::Protocol);
    for (answer, expected) in [
        (answer("200 OK", &wire::encode(&challenge)), Ok(challenge.clone())),
        (answer("200 OK", b"<html>please log in"), protocol.clone()),
        (answer("302 Found", b""), protocol.clone()),
        (answer("401 Unauthorized", &ours), Err(failed(FailureCode::Revoked, 9))),
        (answer("401 Unauthorized", b"<html>"), protocol.clone()),
        (answer("503 Unavailable", b"<html>"), Err(later)),
        (answer("503 Unavailable", &busy), Err(failed(FailureCode::Unavailable, 9))),
        (answer("502 Bad Gateway", b""), Err(later)),
        (answer("429 Slow", &slower), Err(failed(FailureCode::RateLimited, 9))),
        (answer("200 OK", b""), protocol.clone()),
        (answer("204 No Content", b""), protocol.clone()),
        (answer("407 Proxy Authentication Required", b"<html>"), protocol.clone()),
        (answer("511 Network Authentication Required", b"<html>"), protocol.clone()),
        (answer("429 Slow", b""), Err(failed(FailureCode::RateLimited, 7))),
        (answer("200 OK", &vec![0; wire::MAX_SENT + 1]), protocol.clone()),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\nx".to_vec(), Err(TransportError::Offline)),
        (b"".to_vec(), Err(TransportError::Offline)),
    ] {
        let head = String::from_utf8_lossy(&answer[..answer.len().min(20)]).into_owned();
        let transport = HttpTransport::new().unwrap();
        assert_eq!(transport.challenge(&says(answer), &ASK).await, expected, "{head}");
        assert_eq!(transport.stats().requests, 1);
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let transport = HttpTransport::new().unwrap();
    assert_eq!(transport.challenge(&format!("http://{nobody}"), &ASK).await, Err(TransportError::Offline));
}

#[tokio::test]
async fn hints_come_out_of_a_stream() {
    let hint = Hint { space: SpaceId::board(OrgId::from_number("B1")), seq: 4 };
    let body = format!(": hello\n\nevent: x\r\ndata: {hint}\r\n\r\ndata: later version\n\ndata:{hint}\n\n");
    let transport = HttpTransport::new().unwrap();
    let token = Token { secret: "t".into(), ttl_ms: 1 };
    let mut hints = transport.live(&says(answer("200 OK", body.as_bytes())), &token).await.unwrap();
    assert_eq!(hints.next().await, Ok(Some(hint)));
    assert_eq!(hints.next().await, Ok(Some(hint)));
    assert_eq!(hints.next().await, Ok(None));
    let mut endless = transport.live(&says(answer("200 OK", &[b'x'; 4096])), &token).await.unwrap();
    assert_eq!(endless.next().await, Err(TransportError::Protocol));
    let bad = Token { secret: "a\nb".into(), ttl_ms: 1 };
    assert!(matches!(transport.live("http://127.0.0.1:1", &bad).await, Err(TransportError::Protocol)));
}

/// A portal's page is one thing, and the token another: it goes to no host but the one it is for.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let location = format!("http://{}/v1/sync", elsewhere.local_addr().unwrap());
    let token = Token { secret: "secret".into(), ttl_ms: 1 };
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let head = format!("HTTP/1.1 {status}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let transport = HttpTransport::new().unwrap();
        let live = transport.live(&says(head.clone().into_bytes()), &token).await;
        assert!(matches!(live, Err(TransportError::Protocol)), "{status}");
        assert_eq!(transport.challenge(&says(head.into_bytes()), &ASK).await, Err(TransportError::Protocol));
    }
    elsewhere.set_nonblocking(true).unwrap();
    let nobody_came = elsewhere.accept().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    assert!(nobody_came, "it was followed");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_says_nothing_for_a_minute_is_dead() {
    let comments = futures_util::stream::unfold(0, |said| async move {
        if said == 3 {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_secs(59)).await;
        Some((Ok::<_, std::io::Error>(&b": alive\n"[..]), said + 1))
    });
    let response = Response::from(http::Response::new(reqwest::Body::wrap_stream(comments)));
    let mut hints = HttpHints { response, lines: Lines::default(), stats: Arc::default() };
    let began = tokio::time::Instant::now();
    assert_eq!(hints.next().await, Err(TransportError::Timeout));
    assert_eq!(began.elapsed().as_secs(), 3 * 59 + 60);
}

#[test]
fn a_hint_cut_anywhere_is_put_together() {
    let hint = Hint { space: SpaceId::board(OrgId::from_number("B1")), seq: 4 };
    let bytes = format!("data: {hint}\n\n").into_bytes();
    for cut in 0..bytes.len() - 2 {
        let mut lines = Lines { pending: bytes[..cut].to_vec() };
        assert_eq!(lines.next_hint(), Ok(None), "{cut}");
        lines.pending.extend_from_slice(&bytes[cut..]);
        assert_eq!(lines.next_hint(), Ok(Some(hint)), "{cut}");
    }
}

#[test]
fn an_address_has_one_form() {
    for (typed, kept) in [
        (" https://A.example/\n", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("https://党.example:8443", "https://xn--n5q.example:8443"),
        ("http://[::1]:7400", "http://[::1]:7400"),
    ] {
        assert_eq!(origin(typed).as_deref(), Ok(kept));
    }
}

#[test]
fn plain_http_stays_on_this_machine() {
    for good in
        ["https://a.example", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1/", " https://a.example:8443 "]
    {
        assert_eq!(address(good, path::SYNC).map(|url| url.path().to_owned()), Ok(path::SYNC.into()), "{good}");
    }
    for bad in [
        "",
        "a.example",
        "http://a.example",
        "http://10.0.2.2",
        "http://127.a.example",
        "http://localhost.a.example",
        "ftp://a",
        "https://",
        "https://me:secret@a.example",
        "https://a.example/path",
        "https://a.example/?query",
        "https://a.example/#fragment",
    ] {
        assert_eq!(address(bad, path::SYNC), Err(TransportError::BadUrl), "{bad}");
    }
}
