//! A wire between an instance and a store that the test can cut and mend.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes bytes on to a port, as long as it is whole.
pub struct Wire {
    pub port: u16,
    whole: watch::Sender<bool>,
}

impl Wire {
    pub async fn to(port: u16) -> Self {
        Self::between(0, port).await
    }

    /// From this port (0: any that is free) to that one.
    pub async fn between(from: u16, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", from)).await.expect("a free port");
        let own = listener.local_addr().expect("bound").port();
        let (whole, seen) = watch::channel(true);
        tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.expect("accepts");
                let mut seen = seen.clone();
                tokio::spawn(async move {
                    if !*seen.borrow_and_update() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = seen.changed() => {}
                    }
                });
            }
        });
        Self { port: own, whole }
    }

    /// Ends what is open and takes nothing new.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}
