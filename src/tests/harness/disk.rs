//! A disk whose power can be cut: a small file system in memory, mounted with FUSE, which counts what is changed and
//! is cut after so many changes, in the middle of whatever goes on. From then on every request fails, so that nothing
//! more is acknowledged; what is there when the power comes back, `synced.rs` says. Locks are the kernel's own, and
//! files are cached by it, as SQLite's shared memory needs.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, Filesystem, FopenFlags, Generation, INodeNo,
    LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen,
    ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use tokio::sync::Notify;

use crate::stores::synced::{Dice, Edit, Kept, Node, Tree};

/// Only the kernel changes anything here, so what it remembers of names and sizes is right.
const TTL: Duration = Duration::from_secs(3600);
/// And so are its pages.
const CACHED: FopenFlags = FopenFlags::FOPEN_KEEP_CACHE;

/// The disk, mounted or not.
#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    cut: Arc<Notify>,
}

struct State {
    tree: Tree,
    is_on: bool,
    /// Changes that were made.
    done: usize,
    /// After so many more the power is cut, in the place of the next one.
    left: usize,
    /// Only what is done to this node counts for that.
    only: Option<INodeNo>,
    dice: Dice,
}

impl Disk {
    /// An empty one.
    pub fn new(seed: u64) -> Self {
        let (tree, dice) = (Tree::new(), Dice(seed));
        let state = State { tree, is_on: true, done: 0, left: usize::MAX, only: None, dice };
        Self { state: Arc::new(Mutex::new(state)), cut: Arc::default() }
    }

    pub fn mount(&self, at: &Path) -> BackgroundSession {
        fuser::spawn_mount(self.clone(), at, &Config::default())
            .unwrap_or_else(|error| panic!("no file system can be mounted ({error}); scripts/setup installs fuse3"))
    }

    /// The power will be cut after so many more changes.
    pub fn cut_after(&self, changes: usize) {
        self.lock().left = changes;
    }

    /// The power will be cut after so many more changes to the file of this name.
    pub fn cut_after_changes_to(&self, name: &str, changes: usize) {
        let mut state = self.lock();
        state.only = state.tree.named(name);
        state.left = changes;
    }

    /// The power is cut.
    pub fn cut(&self) {
        self.lock().is_on = false;
        self.cut.notify_one();
    }

    pub fn is_on(&self) -> bool {
        self.lock().is_on
    }

    /// Changes so far.
    pub fn changes(&self) -> usize {
        self.lock().done
    }

    /// Waits until the power is cut.
    pub async fn until_cut(&self) {
        while self.is_on() {
            self.cut.notified().await;
        }
    }

    /// The power comes back: what was not synced is gone, or it is not. Nothing is mounted meanwhile.
    pub fn restore(&self) {
        let state = &mut *self.lock();
        state.tree.lose(&mut state.dice);
        (state.is_on, state.left, state.only) = (true, usize::MAX, None);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("not poisoned")
    }

    fn look<T>(&self, look: impl FnOnce(&mut Tree) -> Result<T, Errno>) -> Result<T, Errno> {
        let mut state = self.lock();
        if state.is_on { look(&mut state.tree) } else { Err(Errno::EIO) }
    }

    fn change<T>(&self, node: INodeNo, change: impl FnOnce(&mut Tree) -> Result<T, Errno>) -> Result<T, Errno> {
        let mut state = self.lock();
        if state.is_on && state.only.is_none_or(|only| only == node) {
            state.is_on = state.left > 0;
            state.left = state.left.saturating_sub(1);
        }
        if !state.is_on {
            self.cut.notify_one();
            return Err(Errno::EIO);
        }
        state.done += 1;
        change(&mut state.tree)
    }
}

/// Takes the disk away; nobody uses it.
pub fn unmount(mounted: BackgroundSession) {
    if let Err(error) = mounted.umount_and_join() {
        // It is gone all the same: the kernel broke off while it handed over a last request.
        assert_eq!(error.kind(), ErrorKind::ConnectionAborted, "{error}");
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a small disk")
}

fn entry(made: Result<FileAttr, Errno>, reply: ReplyEntry) {
    match made {
        Ok(facts) => reply.entry(&TTL, &facts, Generation(0)),
        Err(error) => reply.error(error),
    }
}

fn empty(done: Result<(), Errno>, reply: ReplyEmpty) {
    match done {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

fn attr(found: Result<FileAttr, Errno>, reply: ReplyAttr) {
    match found {
        Ok(facts) => reply.attr(&TTL, &facts),
        Err(error) => reply.error(error),
    }
}

impl Filesystem for Disk {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        entry(self.look(|tree| tree.find(parent, name).and_then(|node| tree.facts(node))), reply);
    }

    fn getattr(&self, _: &Request, node: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        attr(self.look(|tree| tree.facts(node)), reply);
    }

    // Whose a file is and when it changed is nobody's concern here.
    fn setattr(
        &self,
        _: &Request,
        node: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let set = self.change(node, |tree| {
            if let Some(size) = size {
                tree.bytes(node)?.change(Edit::Resize(index(size)));
            }
            tree.facts(node)
        });
        attr(set, reply);
    }

    fn mkdir(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, reply: ReplyEntry) {
        entry(self.change(parent, |tree| tree.make(parent, name, Node::folder())), reply);
    }

    fn create(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, _: i32, reply: ReplyCreate) {
        match self.change(parent, |tree| tree.make(parent, name, Node::file())) {
            Ok(facts) => reply.created(&TTL, &facts, Generation(0), FileHandle(0), CACHED),
            Err(error) => reply.error(error),
        }
    }

    fn link(&self, _: &Request, node: INodeNo, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        entry(self.change(parent, |tree| tree.link(parent, name, node)), reply);
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let gone = self.change(parent, |tree| {
            tree.find(parent, name)?;
            tree.names(parent).map(|names| names.change(vec![(name.to_owned(), None)]))
        });
        empty(gone, reply);
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        to_parent: INodeNo,
        to_name: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let renamed = self.change(parent, |tree| {
            let node = tree.find(parent, name)?;
            if parent != to_parent {
                return Err(Errno::EXDEV);
            }
            tree.names(parent)?.change(vec![(name.to_owned(), None), (to_name.to_owned(), Some(node.0))]);
            Ok(())
        });
        empty(renamed, reply);
    }

    fn open(&self, _: &Request, node: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        match self.look(|tree| tree.bytes(node).map(|_| ())) {
            Ok(()) => reply.opened(FileHandle(0), CACHED),
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        at: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let read = self.look(|tree| {
            let bytes = &tree.bytes(node)?.now;
            let from = index(at).min(bytes.len());
            let to = index(at + u64::from(size)).min(bytes.len());
            Ok(bytes[from..to].to_vec())
        });
        match read {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        at: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let edit = Edit::Write { at: index(at), bytes: data.to_vec() };
        match self.change(node, |tree| tree.bytes(node).map(|bytes| bytes.change(edit))) {
            Ok(()) => reply.written(u32::try_from(data.len()).expect("one request")),
            Err(error) => reply.error(error),
        }
    }

    fn fsync(&self, _: &Request, node: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(self.change(node, |tree| tree.bytes(node).map(Kept::sync)), reply);
    }

    fn fsyncdir(&self, _: &Request, node: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(self.change(node, |tree| tree.names(node).map(Kept::sync)), reply);
    }
}
