//! The names of browsers and systems, each kept once. The tickets have their numbers.

use std::sync::OnceLock;

/// How many names there is room for. `web/agent.rs`, which makes the names, knows about 25.
const ROOM: u8 = 64;

/// The names of browsers and systems that occurred, which are kept until the process ends.
#[derive(Debug)]
pub(super) struct Names([OnceLock<Box<str>>; ROOM as usize]);

/// The number of a name, or of no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NameNumber(u8);

impl Names {
    /// Makes an empty table of names.
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| OnceLock::new()))
    }

    /// Returns the number of a name, and keeps the name if it is new; `None` if there is no room for it.
    pub(super) fn number(&self, name: Option<&str>) -> Option<NameNumber> {
        let Some(name) = name else { return Some(NameNumber(0)) };
        let found = (1..).zip(&self.0).find(|(_, kept)| **kept.get_or_init(|| name.into()) == *name);
        found.map(|(number, _)| NameNumber(number))
    }

    /// Returns the name with this number.
    pub(super) fn name(&self, number: NameNumber) -> Option<Box<str>> {
        let index = usize::from(number.0).checked_sub(1)?;
        self.0[index].get().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number_and_no_more_are_kept_than_there_is_room_for() {
        let names = Names::new();
        let numbers: Vec<_> = (0..ROOM).map(|of| names.number(Some(&format!("browser {of}")))).collect();
        for (of, number) in numbers.iter().enumerate() {
            let name = format!("browser {of}");
            assert_eq!(names.number(Some(&name)), *number);
            assert_eq!(names.name(number.expect("there is room")).as_deref(), Some(&*name));
        }
        assert_eq!(names.number(Some("one more")), None);
        assert_eq!(names.number(None).and_then(|none| names.name(none)), None);
    }
}
