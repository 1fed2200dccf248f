//! Several instances with one Redis and one PostgreSQL, as people run them behind a load balancer.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::server::{Server, scratch, tessera};
use super::shop;
use super::spawn::{Postgres, Redis};
use super::visit::Site;
use crate::Failure;

/// The host under which people reach all instances; nothing listens there.
const HOST: &str = "localhost:1";

/// What the instances have in common.
pub struct Fleet {
    /// Where tickets are.
    pub redis: Redis,
    postgres: Postgres,
}

impl Fleet {
    /// With no instance yet.
    pub fn start() -> Self {
        Self { redis: Redis::start(), postgres: Postgres::start() }
    }

    /// Starts another instance.
    pub fn instance(&self) -> Result<Server, Failure> {
        self.instance_with(|_, _| Ok(()))
    }

    /// Starts another instance with a registered app.
    pub fn instance_with_shop(&self) -> Result<Server, Failure> {
        self.instance_with(shop::register)
    }

    fn instance_with(&self, more: fn(&mut Command, &Path) -> Result<(), Failure>) -> Result<Server, Failure> {
        let data: TempDir = scratch()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = tessera(data.path(), port)?;
        more(&mut command, data.path())?;
        command
            .env("TESSERA_STORE__TICKETS", self.redis.address())
            .env("TESSERA_STORE__RECORDS", self.postgres.address())
            .env("TESSERA_SERVER__PUBLIC_URL", format!("http://{HOST}"));
        Server::start(command, Some(Site { at: ([127, 0, 0, 1], port).into(), host: HOST.to_owned() }), Some(data))
    }
}
