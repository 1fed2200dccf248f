//! The settings of a group as one version, which a form shows and another form may have changed since.

use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::people::Group;

impl Group {
    /// Returns a fingerprint of the settings of the group, which is different after a change.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::over(&(&self.name, &self.description, self.grants_rights))
    }

    /// Returns what differs from `before`, for the line of activity of a change: the former name, and the names of the other
    /// settings.
    pub(in crate::store) fn changed_since(&self, before: &Self) -> String {
        let renamed = (self.name != before.name).then(|| format!("{} → {}", before.name, self.name));
        let described = (self.description != before.description).then(|| "description".to_owned());
        let marked = (self.grants_rights != before.grants_rights)
            .then(|| format!("grants_rights: {} → {}", before.grants_rights, self.grants_rights));
        [renamed, described, marked].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
