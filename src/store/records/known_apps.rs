//! A cache of apps, kept for [`KNOWN`] after they were read. Changes by this instance take effect at once;
//! those of another instance or of the command line when the cached app is read again: until then a disabled
//! app may still get tokens, and a withdrawn secret may still be used.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::apps::App;
use crate::ticket::ids::AppId;

/// How long an app in the cache, or the cached list of all apps, is used after it was read from the database.
const KNOWN: Duration = Duration::from_secs(1);
/// The largest number of apps in the cache. A full cache is emptied before another app is added.
const MOST: usize = 1024;

/// The cache of the apps that one instance has read from the database; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct KnownApps(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    apps: HashMap<AppId, (App, Instant)>,
    /// All apps and when they were read, if they were read as a list since the last change by this instance.
    all: Option<(Arc<[App]>, Instant)>,
    /// How often an app was changed by this instance.
    changes: u64,
}

impl KnownApps {
    /// Returns the app of this id from the cache; `None` if it is not cached, or was read longer than [`KNOWN`]
    /// ago.
    pub(in crate::store) fn get(&self, id: AppId, now: Instant) -> Option<App> {
        let known = self.known();
        known.apps.get(&id).filter(|(_, read)| now < *read + KNOWN).map(|(app, _)| app.clone())
    }

    /// Returns the list of all apps from the cache; `None` if the list is not cached, or was read longer than
    /// [`KNOWN`] ago.
    pub(in crate::store) fn all(&self, now: Instant) -> Option<Arc<[App]>> {
        let known = self.known();
        known.all.as_ref().filter(|(_, read)| now < *read + KNOWN).map(|(apps, _)| Arc::clone(apps))
    }

    /// Returns how often this instance has changed an app since its start. A caller gets this number before it
    /// reads from the database, and passes it to [`keep`](Self::keep) or [`keep_all`](Self::keep_all) afterwards.
    pub(in crate::store) fn changes(&self) -> u64 {
        self.known().changes
    }

    /// Caches an app for which the database was asked at the time `asked`; a full cache is emptied first. Does
    /// nothing if this instance has changed any app since [`changes`](Self::changes) returned `changes`, because
    /// the app may be outdated.
    pub(in crate::store) fn keep(&self, app: App, changes: u64, asked: Instant) {
        let mut known = self.known();
        if known.changes != changes {
            return;
        }
        if known.apps.len() >= MOST {
            known.apps.clear();
        }
        known.apps.insert(app.id, (app, asked));
    }

    /// Caches the list of all apps, for which the database was asked at the time `asked`. Does nothing if this
    /// instance has changed any app since [`changes`](Self::changes) returned `changes`, because the list may be
    /// outdated.
    pub(in crate::store) fn keep_all(&self, apps: Arc<[App]>, changes: u64, asked: Instant) {
        let mut known = self.known();
        if known.changes == changes {
            known.all = Some((apps, asked));
        }
    }

    /// Empties the cache and counts a change, because this instance changed an app or tried to.
    pub(in crate::store) fn forget(&self) {
        let mut known = self.known();
        known.apps.clear();
        known.all = None;
        known.changes += 1;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Each change is one call on the map, so a panic elsewhere leaves no half-made change.
        self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::records::new_app;

    #[test]
    fn an_app_is_known_for_a_second_and_not_beyond_a_change() {
        let (known, app, read) = (KnownApps::default(), new_app(1), Instant::now());
        let is_known = |after: u64| known.get(app.id, read + Duration::from_millis(after)).is_some();
        known.keep(app.clone(), known.changes(), read);
        assert_eq!((is_known(0), is_known(999), is_known(1000)), (true, true, false));
        known.forget();
        assert!(!is_known(0));
        // It was asked for before it was changed, and answered after.
        let before = known.changes();
        known.forget();
        known.keep(app.clone(), before, read);
        assert!(!is_known(0));
        let are_known = |after: u64| known.all(read + Duration::from_millis(after)).is_some();
        known.keep_all([app.clone()].into(), before, read);
        assert!(!are_known(0));
        known.keep_all([app.clone()].into(), known.changes(), read);
        assert_eq!((are_known(0), are_known(999), are_known(1000)), (true, true, false));
        known.forget();
        assert!(!are_known(0));
    }
}
