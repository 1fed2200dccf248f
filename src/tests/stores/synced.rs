//! What a power cut leaves, as forgetful as POSIX allows: what a file holds survives once the file was synced, its name
//! once its folder was. Of what was written to a file since, a first part survives, and of the rest either nothing or
//! any sectors of it. Of what was done to the names in a folder since, each operation survives or does not; only those
//! on one name keep their order (a journal keeps more). Files and folders know nothing of one another.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::time::SystemTime;

use fuser::{Errno, FileAttr, FileType, INodeNo};

/// What a drive writes whole or not at all.
const SECTOR: usize = 512;

/// Random numbers that follow from a seed (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("fits");
        usize::try_from(self.roll() % end).expect("below what fits")
    }

    pub fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// The files and folders of a disk.
pub struct Tree(BTreeMap<u64, Node>);

/// One of them.
pub enum Node {
    File(Bytes),
    Folder(Names),
}

impl Node {
    pub fn file() -> Self {
        Self::File(Bytes::new())
    }

    pub fn folder() -> Self {
        Self::Folder(Names::new())
    }
}

impl Tree {
    /// The root only.
    pub fn new() -> Self {
        Self(BTreeMap::from([(INodeNo::ROOT.0, Node::folder())]))
    }

    /// The power is gone.
    pub fn lose(&mut self, dice: &mut Dice) {
        for node in self.0.values_mut() {
            match node {
                Node::File(bytes) => bytes.lose(dice),
                Node::Folder(names) => names.lose(dice),
            }
        }
    }

    pub fn bytes(&mut self, node: INodeNo) -> Result<&mut Bytes, Errno> {
        match self.0.get_mut(&node.0).ok_or(Errno::ENOENT)? {
            Node::File(bytes) => Ok(bytes),
            Node::Folder(_) => Err(Errno::EISDIR),
        }
    }

    pub fn names(&mut self, node: INodeNo) -> Result<&mut Names, Errno> {
        match self.0.get_mut(&node.0).ok_or(Errno::ENOENT)? {
            Node::Folder(names) => Ok(names),
            Node::File(_) => Err(Errno::ENOTDIR),
        }
    }

    pub fn find(&mut self, parent: INodeNo, name: &OsStr) -> Result<INodeNo, Errno> {
        self.names(parent)?.now.get(name).copied().map(INodeNo).ok_or(Errno::ENOENT)
    }

    /// What has this name, in whatever folder.
    pub fn named(&self, name: &str) -> Option<INodeNo> {
        self.0.values().find_map(|node| match node {
            Node::Folder(names) => names.now.get(OsStr::new(name)).copied().map(INodeNo),
            Node::File(_) => None,
        })
    }

    pub fn make(&mut self, parent: INodeNo, name: &OsStr, node: Node) -> Result<FileAttr, Errno> {
        let fresh = INodeNo(self.0.last_key_value().map_or(INodeNo::ROOT.0, |(last, _)| last + 1));
        self.0.insert(fresh.0, node);
        self.link(parent, name, fresh)
    }

    pub fn link(&mut self, parent: INodeNo, name: &OsStr, node: INodeNo) -> Result<FileAttr, Errno> {
        if self.find(parent, name).is_ok() {
            return Err(Errno::EEXIST);
        }
        self.names(parent)?.change(vec![(name.to_owned(), Some(node.0))]);
        self.facts(node)
    }

    pub fn facts(&self, node: INodeNo) -> Result<FileAttr, Errno> {
        let (kind, size, perm) = match self.0.get(&node.0).ok_or(Errno::ENOENT)? {
            Node::File(bytes) => (FileType::RegularFile, u64::try_from(bytes.now.len()).expect("fits"), 0o600),
            Node::Folder(_) => (FileType::Directory, 0, 0o700),
        };
        let links = self.0.values().map(|folder| match folder {
            Node::Folder(names) => names.now.values().filter(|named| **named == node.0).count(),
            Node::File(_) => 0,
        });
        let (nlink, epoch) = (u32::try_from(links.sum::<usize>()).expect("few"), SystemTime::UNIX_EPOCH);
        Ok(FileAttr {
            ino: node,
            size,
            blocks: size.div_ceil(512),
            atime: epoch,
            mtime: epoch,
            ctime: epoch,
            crtime: epoch,
            kind,
            perm,
            nlink,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        })
    }
}

/// What programs see, what was synced of it, and what was done since.
pub struct Kept<T, C> {
    pub now: T,
    synced: T,
    since: Vec<C>,
}

/// Something that is done to a `T`.
pub trait Change<T> {
    fn apply(&self, to: &mut T);
}

/// A file's content.
pub type Bytes = Kept<Vec<u8>, Edit>;
/// A folder's names and the nodes they stand for.
pub type Names = Kept<BTreeMap<OsString, u64>, Naming>;

/// What is done to a file's content.
#[derive(Clone)]
pub enum Edit {
    Write { at: usize, bytes: Vec<u8> },
    Resize(usize),
}

/// What names stand for from now on: one operation, of which all survives or nothing.
pub type Naming = Vec<(OsString, Option<u64>)>;

impl<T: Clone + Default, C: Change<T>> Kept<T, C> {
    pub fn new() -> Self {
        Self { now: T::default(), synced: T::default(), since: Vec::new() }
    }

    pub fn change(&mut self, change: C) {
        change.apply(&mut self.now);
        self.since.push(change);
    }

    pub fn sync(&mut self) {
        for change in self.since.drain(..) {
            change.apply(&mut self.synced);
        }
    }
}

impl Bytes {
    /// The power is gone.
    pub fn lose(&mut self, dice: &mut Dice) {
        let since = std::mem::take(&mut self.since);
        let first = [0, dice.below(since.len()), since.len()][dice.below(3)];
        let (first, rest) = since.split_at(first);
        let of_the_rest =
            if dice.coin() { rest.iter().flat_map(|edit| edit.written(dice)).collect() } else { Vec::new() };
        for edit in first.iter().chain(&of_the_rest) {
            edit.apply(&mut self.synced);
        }
        self.now.clone_from(&self.synced);
    }
}

impl Names {
    /// The power is gone.
    pub fn lose(&mut self, dice: &mut Dice) {
        let mut lost = BTreeSet::new();
        for naming in std::mem::take(&mut self.since) {
            let is_in_order = naming.iter().all(|(name, _)| !lost.contains(name));
            if is_in_order && dice.coin() {
                naming.apply(&mut self.synced);
            } else {
                lost.extend(naming.into_iter().map(|(name, _)| name));
            }
        }
        self.now.clone_from(&self.synced);
    }
}

impl Edit {
    /// What of it was written before the end: all, nothing, or some sectors.
    fn written(&self, dice: &mut Dice) -> Vec<Self> {
        match (dice.below(3), self) {
            (0, _) => vec![self.clone()],
            (1, Self::Write { at, bytes }) => {
                let (mut sectors, mut from) = (Vec::new(), 0);
                while from < bytes.len() {
                    let to = (from + SECTOR - (at + from) % SECTOR).min(bytes.len());
                    if dice.coin() {
                        sectors.push(Self::Write { at: at + from, bytes: bytes[from..to].to_vec() });
                    }
                    from = to;
                }
                sectors
            }
            _ => Vec::new(),
        }
    }
}

impl Change<Vec<u8>> for Edit {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Resize(size) => to.resize(*size, 0),
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                to.resize(to.len().max(end), 0);
                to[*at..end].copy_from_slice(bytes);
            }
        }
    }
}

impl Change<BTreeMap<OsString, u64>> for Naming {
    fn apply(&self, to: &mut BTreeMap<OsString, u64>) {
        for (name, node) in self {
            match node {
                Some(node) => to.insert(name.clone(), *node),
                None => to.remove(name),
            };
        }
    }
}

#[test]
fn what_was_synced_survives_and_of_the_rest_any_sector_may_be_lost() {
    let after = |seed| {
        let (mut dice, mut bytes) = (Dice(seed), Bytes::new());
        bytes.change(Edit::Write { at: 0, bytes: vec![1; 2 * SECTOR] });
        bytes.sync();
        bytes.change(Edit::Write { at: SECTOR, bytes: vec![2; 2 * SECTOR] });
        bytes.lose(&mut dice);
        bytes.now.chunks(SECTOR).map(|sector| sector[0]).collect::<Vec<_>>()
    };
    let outcomes: BTreeSet<_> = (0..100).map(after).collect();
    assert_eq!(outcomes, BTreeSet::from([vec![1, 1], vec![1, 1, 2], vec![1, 2], vec![1, 2, 2]]));
}

#[test]
fn names_that_were_not_synced_may_be_lost_and_a_rename_is_whole() {
    let after = |seed| {
        let (mut dice, mut names) = (Dice(seed), Names::new());
        names.change(vec![("kept".into(), Some(2))]);
        names.sync();
        names.change(vec![("draft".into(), Some(3))]);
        names.change(vec![("draft".into(), None), ("final".into(), Some(3))]);
        names.lose(&mut dice);
        names.now.into_keys().collect::<Vec<_>>()
    };
    let outcomes: BTreeSet<_> = (0..100).map(after).collect();
    let expected = [vec!["draft", "kept"], vec!["final", "kept"], vec!["kept"]];
    assert_eq!(outcomes, expected.map(|names| names.into_iter().map(OsString::from).collect()).into());
}
