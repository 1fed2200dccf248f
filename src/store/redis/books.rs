//! The books: an index in Redis of the entries (tickets, or single-use objects) of each holder, with their
//! weight, the app that they are about, and their age. It finds the entry to evict when a store is full: the
//! oldest of the holder with the most.

/// Lua code that is put before a script which uses an index of entries per holder (the books). Its function
/// `books_at(name)` returns the functions on the index whose keys begin with `name`, which has a hash tag, so that one
/// script may use all of them in a cluster. Each call of `strike_over` removes at most 64 expired entries.
pub(in crate::store) const BOOKS: &str = r"
    local function books_at(name)
        local ends, lines, holders = name .. 'ends', name .. 'lines', name .. 'holders'
        local function apps_of(who) return name .. 'apps/' .. who end
        local function ages_of(who, app) return name .. 'ages/' .. who .. '/' .. app end
        -- A weight is a whole number, and its fraction is the greater, the earlier the member began to hold something: of
        -- equals the one that has held for longer is the heaviest.
        local function add_to(ranking, member, weight)
            if not redis.call('ZSCORE', ranking, member) then
                weight = weight + 1 - (redis.call('HINCRBY', lines, 'begun', 1) % 33554432 + 1) / 33554433
            end
            redis.call('ZINCRBY', ranking, string.format('%.17g', weight), member)
        end
        local function take_from(ranking, member, weight)
            if tonumber(redis.call('ZINCRBY', ranking, -weight, member)) < 1 then
                redis.call('ZREM', ranking, member)
            end
        end
        local books = {}

        -- What all of it weighs, and what one holder has of it.
        function books.total() return tonumber(redis.call('HGET', lines, 'bytes') or '0') end
        function books.of(who) return math.floor(tonumber(redis.call('ZSCORE', holders, who) or '0')) end
        function books.has(id) return redis.call('HEXISTS', lines, id) == 1 end

        function books.strike(id)
            redis.call('ZREM', ends, id)
            local line = redis.call('HGET', lines, id)
            if not line then return end
            redis.call('HDEL', lines, id)
            local weight, who, app = string.match(line, '^(%d+) (%S+) (%S+)$')
            redis.call('HINCRBY', lines, 'bytes', -weight)
            take_from(holders, who, weight)
            take_from(apps_of(who), app, weight)
            redis.call('ZREM', ages_of(who, app), id)
        end

        function books.strike_over(now)
            for _, over in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, 64)) do
                books.strike(over)
            end
        end

        -- Strikes off the oldest of whoever holds most, of the app that most of it is about, and names it. A Redis that
        -- throws away what it likes leaves books that do not agree: then nothing is named, and they agree a little more.
        function books.give_way()
            local most = redis.call('ZREVRANGE', holders, 0, 0)[1]
            local of = most and redis.call('ZREVRANGE', apps_of(most), 0, 0)[1]
            local oldest = of and redis.call('ZRANGE', ages_of(most, of), 0, 0)[1]
            if oldest then
                redis.call('ZREM', ages_of(most, of), oldest)
                books.strike(oldest)
            elseif of then
                redis.call('ZREM', apps_of(most), of)
            elseif most then
                redis.call('ZREM', holders, most)
            else
                redis.call('DEL', lines, ends)
            end
            return oldest
        end

        function books.enter(id, weight, who, app, forget, now)
            redis.call('HSET', lines, id, string.format('%d %s %s', weight, who, app))
            redis.call('HINCRBY', lines, 'bytes', weight)
            redis.call('ZADD', ends, forget, id)
            add_to(holders, who, weight)
            add_to(apps_of(who), app, weight)
            redis.call('ZADD', ages_of(who, app), now, id)
            -- Books are forgotten when the last of what they tell of is long over.
            local last = math.max(tonumber(forget), tonumber(now)) + 3600000
            for _, book in ipairs({ends, lines, holders, apps_of(who), ages_of(who, app)}) do
                if redis.call('PTTL', book) < last - tonumber(now) then
                    redis.call('PEXPIREAT', book, string.format('%.0f', last))
                end
            end
        end

        return books
    end
";
