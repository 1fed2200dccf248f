//! Looks up the coarse place of an IP address, if the operator has a database of places in MaxMind's format.
//! A place is a hint, and is wrong now and then: it may be a reason to ask for more, and is one to refuse only where the
//! operator says so.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use maxminddb::{Reader, geoip2};

/// The database of places, if one is configured; cheap to clone.
#[derive(Clone, Default)]
pub struct Places(Option<Arc<Reader<Vec<u8>>>>);

impl Places {
    /// Reads the database of `[login] place_database` into memory. Without a path it makes an empty one, which
    /// knows no place. The error is a line for the operator: the file cannot be read, or is not such a database.
    pub fn open(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self::default()) };
        let wrong = |what: &str| format!("login.place_database: {} {what}", path.display());
        let bytes = std::fs::read(path).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
        let reader = Reader::from_source(bytes).map_err(|_| wrong("is no database in MaxMind's format"))?;
        Ok(Self(Some(Arc::new(reader))))
    }

    /// Returns the code of the country of an address (ISO 3166-1, two capital letters); `None` if it is not known.
    pub fn country_of(&self, address: IpAddr) -> Option<String> {
        let found = self.0.as_ref()?.lookup(address).ok()?;
        let place = found.decode::<geoip2::Country<'_>>().ok()??;
        place.country.iso_code.map(str::to_owned)
    }

    /// Returns the city and the country of an address in English, as in "Vienna, Austria", or as much of it as is
    /// known; `None` if nothing is known.
    pub fn of(&self, address: IpAddr) -> Option<String> {
        let found = self.0.as_ref()?.lookup(address).ok()?;
        let place = found.decode::<geoip2::City<'_>>().ok()??;
        let known: Vec<&str> = [place.city.names.english, place.country.names.english].into_iter().flatten().collect();
        (!known.is_empty()).then(|| known.join(", "))
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(if self.0.is_some() { "Places" } else { "no Places" })
    }
}
