//! As much of HTTP/1.1 as a reader at the wire needs: a client of its own costs the machine less than 2,000 of reqwest's,
//! and what is measured is the server.

use hongqi_core::sync::wire::{Hint, path};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::report::Outcome;

/// No head of an answer is longer.
const MAX_HEAD: usize = 2_048;

/// A connection that makes one call after the other, or holds a live stream.
pub struct Connection {
    socket: TcpStream,
    address: String,
    pending: Vec<u8>,
}

impl Connection {
    /// Connects to `host:port`.
    pub async fn open(address: &str) -> Outcome<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, address: address.to_owned(), pending: Vec::new() })
    }

    /// Posts a body and gives that of the answer.
    pub async fn post(&mut self, path: &str, token: Option<&str>, body: &[u8]) -> Outcome<Vec<u8>> {
        let bearer = token.map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n"));
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\n{bearer}content-type: application/cbor\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        self.socket.write_all(&[head.as_bytes(), body].concat()).await?;
        let head = self.head().await?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let length = length.ok_or("an answer without a length")?;
        while self.pending.len() < length {
            self.read().await?;
        }
        let body = self.pending.drain(..length).collect();
        Ok(body)
    }

    /// Asks for the live stream.
    pub async fn live(&mut self, token: &str) -> Outcome<()> {
        let head = format!(
            "GET {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\naccept: */*\r\n\r\n",
            path::LIVE,
            self.address
        );
        self.socket.write_all(head.as_bytes()).await?;
        self.head().await.map(drop)
    }

    /// The next hint of the live stream, and how many bytes came with it.
    pub async fn hint(&mut self) -> Outcome<(Hint, usize)> {
        let mut bytes = 0;
        loop {
            while let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.pending.drain(..=end).collect();
                bytes += line.len();
                let text = std::str::from_utf8(&line)?.trim_end();
                if let Some(hint) = text.strip_prefix("data: ").and_then(|text| text.parse().ok()) {
                    return Ok((hint, bytes));
                }
            }
            self.read().await?;
        }
    }

    async fn head(&mut self) -> Outcome<String> {
        loop {
            if let Some(end) = self.pending.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.pending.drain(..end + 4).collect();
                let head = String::from_utf8(head)?;
                return if head.starts_with("HTTP/1.1 200 ") { Ok(head) } else { Err(head.into()) };
            }
            if self.pending.len() > MAX_HEAD {
                return Err("an endless head".into());
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Outcome<()> {
        match self.socket.read_buf(&mut self.pending).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}
