//! An HTTP/1.1 client with one connection that is kept alive. It reads bodies of known length or in chunks,
//! and nothing else. It uses little memory, because ten thousand of them share the machine with the server
//! that they measure.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};

/// A connection to a server. If the server has closed it, the next request opens a new one, as browsers do.
pub struct Connection {
    to: SocketAddr,
    from: Ipv4Addr,
    stream: TcpStream,
    /// Whether the last answer said that the connection closes.
    is_closing: bool,
    /// The bytes that were read and not used yet. It takes no memory while nothing is received.
    buffer: Vec<u8>,
}

/// The answer of a server.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body as it was sent, perhaps compressed.
    pub body: Vec<u8>,
    head: Vec<String>,
}

impl Answer {
    /// Returns the value of a header; `name` is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .iter()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    }

    /// Returns the cookies that the answer sets, as a browser sends them back.
    pub fn cookies(&self) -> Vec<String> {
        let lines = self.head.iter().filter_map(|line| line.split_once(": "));
        let set = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        set.filter_map(|(_, cookie)| cookie.split(';').next().map(str::to_owned)).collect()
    }

    fn has(&self, name: &str, expected: &str) -> bool {
        self.header(name).is_some_and(|value| value == expected)
    }
}

impl Connection {
    /// Connects from the address `from`. Each source address has its own ports, and its own limits at the
    /// server.
    pub async fn open(to: SocketAddr, from: Ipv4Addr) -> io::Result<Self> {
        Ok(Self { to, from, stream: connect(to, from).await?, is_closing: false, buffer: Vec::new() })
    }

    /// Sends a request and reads its answer.
    pub async fn ask(&mut self, request: &str) -> io::Result<Answer> {
        if self.is_closing {
            *self = Self::open(self.to, self.from).await?;
        }
        self.write(request.as_bytes()).await?;
        let answer = self.answer().await?;
        self.is_closing = answer.has("connection", "close");
        Ok(answer)
    }

    /// Waits until the server has closed the connection.
    pub async fn closed(mut self) {
        while self.fill().await.is_ok() {
            self.buffer.clear();
        }
    }

    /// Writes all of `bytes`.
    pub async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes the next `length` bytes.
    pub async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        self.see(length).await?;
        if self.buffer.len() == length {
            return Ok(std::mem::take(&mut self.buffer));
        }
        Ok(self.buffer.drain(..length).collect())
    }

    /// Returns the next bytes without taking them.
    pub async fn see(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(&self.buffer[..length])
    }

    async fn answer(&mut self) -> io::Result<Answer> {
        let first = self.line().await?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| nonsense(&first))?;
        let mut answer = Answer { status, body: Vec::new(), head: Vec::new() };
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            answer.head.push(line);
        }
        if answer.has("transfer-encoding", "chunked") {
            answer.body = self.chunks().await?;
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(|_| nonsense(length))?;
            answer.body = self.take(length).await?;
        }
        Ok(answer)
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let length = usize::from_str_radix(&line, 16).map_err(|_| nonsense(&line))?;
            body.extend(self.take(length).await?);
            self.line().await?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let mut line = self.take(end + 2).await?;
                line.truncate(end);
                return String::from_utf8(line).map_err(|_| nonsense("a line that is no text"));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> io::Result<()> {
        loop {
            self.stream.readable().await?;
            match self.read() {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads what has arrived. This is a function of its own, so that the chunk is on the stack only while it
    /// is read, and not in every waiting future.
    fn read(&mut self) -> io::Result<usize> {
        let mut chunk = [0; 8 * 1024];
        let length = self.stream.try_read(&mut chunk)?;
        self.buffer.extend_from_slice(&chunk[..length]);
        Ok(length)
    }
}

async fn connect(to: SocketAddr, from: Ipv4Addr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    // Otherwise each closed connection would keep its port for a minute, and a later round would find no free
    // port.
    stream.set_zero_linger()?;
    Ok(stream)
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not understood: {what}"))
}
