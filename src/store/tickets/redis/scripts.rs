//! The scripts that change tickets and typed codes in Redis. Each compares and changes in one step.

use std::sync::LazyLock;

use redis::Script;

use crate::store::redis::books::BOOKS;

/// Finds out whether a ticket is still the version that was read. `ARGV`: those of [`CHANGE`].
const COMPARE: &str = r"
    local now = redis.call('HMGET', KEYS[1], 'seq', 'attempt', 'browser', 'phone')
    if not now[1] then return 'unknown' end
    if now[2] == ARGV[6] then return 'done' end
    if now[1] ~= ARGV[1] or (now[2] or '') ~= ARGV[2] then return 'moved' end";

/// Replaces a ticket and publishes the new one to the other instances that watch it. It follows [`COMPARE`].
const SWAP: &str = r"
    redis.call('HSET', KEYS[1], 'seq', ARGV[3], 'ticket', ARGV[4], 'attempt', ARGV[6])
    if ARGV[7] ~= '' then redis.call('HSET', KEYS[1], 'account', ARGV[7]) end
    redis.call('PEXPIREAT', KEYS[1], ARGV[5])
    if now[3] and now[3] ~= ARGV[8] then redis.call('PUBLISH', now[3], ARGV[4]) end
    if now[4] and now[4] ~= now[3] and now[4] ~= ARGV[8] then redis.call('PUBLISH', now[4], ARGV[4]) end
    return 'done'";

/// A function that reserves a typed code with the value `own`, which begins with its end (ms), and returns `true`, also
/// if it was reserved with the same value before; `false` if it is reserved otherwise.
const RESERVING: &str = r"
    local function reserve(key, own, now)
        local held = redis.call('GET', key)
        if held and held ~= own then
            local untill = string.match(held, '^(%d+) ')
            if tonumber(untill) > tonumber(now) then return false end
        end
        redis.call('SET', key, own, 'PXAT', string.match(own, '^(%d+) '))
        return true
    end";

/// Replaces a ticket if it is still the version that was read, publishes the new one to the other instances that watch
/// it, and returns `done`. Returns `moved` if it was changed since, `unknown` if there is none. A call that is repeated
/// because its answer was lost has the same attempt and gets the same answer. `ARGV`: seq and attempt before, seq
/// after, ticket, when to remove it (ms), attempt, account or nothing, the channel of this instance.
pub(super) static CHANGE: LazyLock<Script> = LazyLock::new(|| Script::new(&[COMPARE, SWAP].concat()));

/// Does the same as [`CHANGE`] and reserves the typed code of the new ticket. Returns `taken` if the code is reserved
/// otherwise, and does not replace the ticket then. Its two keys, the ticket and the code, are on different nodes of a
/// cluster, where it cannot be used. `ARGV`: those of [`CHANGE`], then those of [`RESERVE`].
pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| {
    let reserve = r"
    if not reserve(KEYS[2], ARGV[9], ARGV[10]) then return 'taken' end";
    Script::new(&[RESERVING, COMPARE, reserve, SWAP].concat())
});

/// Stores a new ticket. `ARGV`: seq, ticket, when to remove it (ms).
pub(super) static ADD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        redis.call('HSET', KEYS[1], 'seq', ARGV[1], 'ticket', ARGV[2])
        redis.call('PEXPIREAT', KEYS[1], ARGV[3])",
    )
});

/// Reserves a typed code and returns 1, also if the same call has reserved it before; 0 if it is reserved otherwise.
/// `ARGV`: the value of the code, now (ms).
pub(super) static RESERVE: LazyLock<Script> = LazyLock::new(|| {
    let reserve = r"
    return reserve(KEYS[1], ARGV[1], ARGV[2]) and 1 or 0";
    Script::new(&[RESERVING, reserve].concat())
});

/// Deletes a typed code if this ticket has it. `ARGV`: ticket.
pub(super) static RELEASE_OF: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local held = redis.call('GET', KEYS[1])
        if held and string.match(held, ' (%x+)$') == ARGV[1] then redis.call('DEL', KEYS[1]) end",
    )
});

/// Adds a ticket to the index of tickets per subscriber ([`BOOKS`]). While the index is full, removes the oldest ticket
/// of the subscriber with the most from it, at most 64, and returns their ids, so that the caller evicts them. `ARGV`:
/// prefix of the keys of the index, id, the most tickets, subscriber, when the entry is removed (ms), now (ms).
pub(super) static ENTER: LazyLock<Script> = LazyLock::new(|| {
    let enter = r"
        local books, id, room = books_at(ARGV[1]), ARGV[2], tonumber(ARGV[3])
        local given_way = {}
        books.strike_over(ARGV[6])
        if books.has(id) then return given_way end
        while books.total() >= room and books.total() > 0 and #given_way < 64 do
            table.insert(given_way, books.give_way() or nil)
        end
        books.enter(id, 1, ARGV[4], '-', ARGV[5], ARGV[6])
        return given_way";
    Script::new(&[BOOKS, enter].concat())
});

/// Deletes a ticket, publishes its id to the instance where its browser watches, and returns the ticket. Returns
/// nothing if there is none or it may not be evicted. The stages that may be evicted are also in `may_give_way` of
/// `tickets/change.rs`, for the store in memory, and both are changed together; here a stage has its name in JSON.
/// `ARGV`: id, the channel of this instance.
pub(super) static GIVE_WAY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local now = redis.call('HMGET', KEYS[1], 'ticket', 'browser')
        local stage = now[1] and cjson.decode(now[1]).stage
        if stage ~= 'Waiting' and stage ~= 'Cancelled' then return false end
        redis.call('DEL', KEYS[1])
        if now[2] and now[2] ~= ARGV[2] then redis.call('PUBLISH', now[2], ARGV[1]) end
        return now[1]",
    )
});
