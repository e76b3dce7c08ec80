//! SIGTERM: the server ends what has begun and ends itself, whatever its phones do.

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use hongqi_core::ids::DeviceId;
use hongqi_core::sync::wire::{ChallengeRequest, VERSION, encode};

use crate::programs::{Running, Site, open, sync};
use crate::{DEADLINE, shown};

fn signal(name: &str, process: u32) {
    // The shell's own `kill`: it is everywhere.
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status().unwrap();
    assert!(sent.success());
}

struct Serving {
    running: Running,
    address: String,
    log: Lines<BufReader<ChildStderr>>,
}

impl Serving {
    fn start(site: &Site, drain: &str) -> Self {
        let options = ["--listen", "127.0.0.1:0", "--drain", drain];
        let (mut running, address) = Running::server_with(&site.path("data"), &options, Stdio::piped());
        let log = BufReader::new(running.child.stderr.take().unwrap()).lines();
        Self { running, address, log }
    }

    fn signal(&self, name: &str) {
        signal(name, self.running.child.id());
    }

    /// The first signal has been taken.
    fn is_stopping(&mut self) {
        assert!(self.log.by_ref().any(|line| line.unwrap().contains("stopping")));
    }

    /// Waits for its end. One that does not come is none of its own: then it is killed, and the status says so.
    fn ends(&mut self) -> ExitStatus {
        let process = self.running.child.id();
        let (ended, end) = channel::<()>();
        let watching = thread::spawn(move || {
            if end.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
                signal("KILL", process);
            }
        });
        let status = self.running.child.wait().unwrap();
        drop(ended);
        watching.join().unwrap();
        status
    }

    /// A call whose head has arrived and whose body the server waits for.
    fn begin_call(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = "POST /v1/challenge HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 25];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(&[0; 10]).unwrap();
        stream
    }
}

#[test]
fn a_server_that_stood_still_ends_when_told_whatever_has_become_of_its_phone() {
    // The phone stands still too, with its connections open, as one does that has lost its network; or it is gone.
    // Told so before it goes on, or after.
    for (fate, [first, then]) in [("STOP", ["TERM", "CONT"]), ("STOP", ["CONT", "TERM"]), ("KILL", ["CONT", "TERM"])] {
        let site = Site::new();
        let mut server = Serving::start(&site, "2");
        let home = site.phone(&server.address, "1001");
        let reader = site.phone(&server.address, "1002");
        let mut phone = Running::phone(&home);
        // With a live stream by now: it is in the foreground.
        let accepted = phone.read("accepted ", 6);
        server.signal("STOP");
        signal(fate, phone.child.id());
        server.signal(first);
        server.signal(then);
        assert!(server.ends().success(), "{fate} {first} {then}");
        drop(phone);
        let _again = Running::server(&site.path("data"), &server.address);
        let other = open(&reader);
        assert!(sync(&other));
        let seen = shown(&other);
        assert!(accepted.iter().all(|id| seen.contains(id)), "nothing accepted is lost");
    }
}

#[test]
fn a_log_that_nobody_reads_holds_up_neither_calls_nor_the_end() {
    let site = Site::new();
    let options = ["--listen", "127.0.0.1:0", "--drain", "2"];
    let (mut running, address) = Running::told("debug", &site.path("data"), &options, Stdio::piped());
    let log = running.child.stderr.take().unwrap();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let body = encode(&ChallengeRequest { version: VERSION, device: DeviceId::from_bytes([1; 16]) });
    let head = format!("POST /v1/challenge HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    // A line for each; a pipe holds some hundreds, the server itself a thousand.
    for _ in 0..2_500 {
        stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert!(answers.read_until(b'\n', &mut head).unwrap() > 0, "cut off");
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        answers.read_exact(&mut vec![0; length.parse().unwrap()]).unwrap();
    }
    drop((stream, answers));
    let mut serving = Serving { running, address, log: BufReader::new(log).lines() };
    serving.signal("TERM");
    assert!(serving.ends().success());
    assert!(serving.log.map(|line| line.unwrap()).any(|line| line.contains("answered")));
}

#[test]
fn a_folder_is_served_by_one_process() {
    let site = Site::new();
    let mut first = Serving::start(&site, "2");
    first.signal("STOP");
    let data = site.path("data");
    let mut second = Running::server_that_tries(&data);
    assert_eq!(second.next_line(), None, "it does not serve");
    assert!(!second.child.wait().unwrap().success());
    let mut said = String::new();
    second.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("another process serves this folder"), "{said}");
    first.signal("CONT");
    // What an operator does beside it is no serving.
    site.phone(&first.address, "1001");
    first.signal("TERM");
    assert!(first.ends().success());
    Running::server(&data, "127.0.0.1:0");
}

#[test]
fn a_call_under_way_is_answered_first() {
    let site = Site::new();
    let mut server = Serving::start(&site, "3600");
    let mut call = server.begin_call();
    server.signal("TERM");
    server.is_stopping();
    call.write_all(&[0; 90]).unwrap();
    let mut answer = Vec::new();
    call.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 400 "));
    assert!(server.ends().success());
}

#[test]
fn a_call_that_never_ends_is_cut_off_when_the_drain_is_over() {
    let site = Site::new();
    let mut server = Serving::start(&site, "1");
    let _call = server.begin_call();
    server.signal("TERM");
    server.is_stopping();
    assert!(server.log.by_ref().any(|line| line.unwrap().contains("cut off")));
    assert!(server.ends().success());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let site = Site::new();
    for second in ["TERM", "INT"] {
        let mut server = Serving::start(&site, "3600");
        let _call = server.begin_call();
        server.signal("TERM");
        server.is_stopping();
        server.signal(second);
        assert!(server.ends().success(), "{second}");
    }
}
