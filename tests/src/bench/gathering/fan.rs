//! The floor of a hint: the same bytes written to as many sockets, one after the other, by a process that does nothing else.

use std::io::{BufRead, Write};
use std::net::TcpListener;

use crate::report::Outcome;
use crate::serve::now;

/// Takes `sockets` connections, then writes each line of standard input to all of them. What the bench starts.
pub fn run(sockets: usize) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let mut taken = Vec::with_capacity(sockets);
    for _ in 0..sockets {
        let socket = listener.accept()?.0;
        socket.set_nodelay(true)?;
        taken.push(socket);
    }
    for line in std::io::stdin().lock().lines() {
        let frame = format!("data: {}\n\n", line?);
        let frame = format!("{:x}\r\n{frame}\r\n", frame.len());
        println!("{}", now());
        taken.iter_mut().try_for_each(|socket| socket.write_all(frame.as_bytes()))?;
    }
    Ok(())
}
