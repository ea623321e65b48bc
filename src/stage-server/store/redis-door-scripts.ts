/** KEYS of each: the door, inside, and then those of each listener. */

// Sessions are "at serial shownAt until", with "-" for null.
const door = `
local DAY = 86400000
local expired = redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', int(now))
if expired > 0 then redis.call('HINCRBY', KEYS[1], 'left', expired) end
local function readSession(key)
  local at, serial, shown, till = string.match(redis.call('GET', key) or '', '^(%S+) (%S+) (%S+) (%S+)$')
  if not till or tonumber(till) <= now then return nil end
  return { at = tonumber(at), serial = tonumber(serial), shown = tonumber(shown) }
end
local function writeSession(key, id, session, life)
  local shown = session.shown and int(session.shown) or '-'
  local value = { int(session.at), int(session.serial), shown, exact(now + life) }
  redis.call('SET', key, table.concat(value, ' '), 'PX', ttl(life))
  redis.call('ZADD', KEYS[2], exact(now + life), id)
end
-- Tickets are "at until session".
local function readTicket(key)
  local at, till, session = string.match(redis.call('GET', key) or '', '^(%S+) (%S+) (.*)$')
  if not till or tonumber(till) <= now then return nil end
  return { at = tonumber(at), session = session }
end
`;

// KEYS of each entry: its session, its ticket. ARGV: capacity, most, refusalCost, passLife, ticketLife, turnedAway,
// refusals, then of each entry: session, whether it has a ticket.
const enter = `${door}
local capacity, most, cost = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local passLife, ticketLife = tonumber(ARGV[5]), tonumber(ARGV[6])
local counts = { admitted = 0, full = 0, crowded = 0, turnedAway = tonumber(ARGV[7]) }
local inside = redis.call('ZCARD', KEYS[2])
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(bucket[1]) or 1, tonumber(bucket[2]) or now
local ceiling = capacity > 0 and math.max(1, capacity * 0.4) or 0
level = math.min(ceiling, level + (math.max(0, now - at) / 1000) * capacity)
if bucket[1] then level = math.max(0, level - tonumber(ARGV[8]) * cost) end

local function enterOne(sessionKey, ticketKey, session)
  local used = ticketKey and readTicket(ticketKey)
  if used and now - used.at >= passLife * 0.5 then return 'used' end
  local known = used and used.session or session
  if (used or not ticketKey) and redis.call('ZSCORE', KEYS[2], known) then
    local before = not used and readSession(sessionKey)
    return 'again', known, used and used.at or before and before.at or now
  end
  if most and inside >= most then return 'crowded' end
  if used then
    redis.call('ZADD', KEYS[2], exact(now + passLife), known)
    inside = inside + 1
    return 'again', known, used.at
  end
  if level < 1 - 1e-9 then return 'full' end
  level = math.max(0, level - 1)
  if ticketKey then
    local value = int(now) .. ' ' .. exact(now + ticketLife) .. ' ' .. session
    redis.call('SET', ticketKey, value, 'PX', ttl(ticketLife))
  end
  writeSession(sessionKey, session, { at = now, serial = 0 }, passLife)
  inside = redis.call('ZCARD', KEYS[2])
  return 'admitted', session, now
end

local results = {}
for i = 9, #ARGV, 2 do
  local ticketKey = ARGV[i + 1] == '1' and KEYS[i - 5]
  local outcome, session, since = enterOne(KEYS[i - 6], ticketKey, ARGV[i])
  if outcome == 'used' then
    counts.turnedAway = counts.turnedAway + 1
  elseif outcome ~= 'again' then
    counts[outcome] = counts[outcome] + 1
    if outcome ~= 'admitted' then level = math.max(0, level - cost) end
  end
  table.insert(results, outcome)
  table.insert(results, session or '')
  table.insert(results, since and int(since) or '')
end
redis.call('HSET', KEYS[1], 'level', exact(level), 'at', int(now))
for name, count in pairs(counts) do
  if count > 0 then redis.call('HINCRBY', KEYS[1], name, int(count)) end
end
redis.call('PEXPIRE', KEYS[1], DAY)
redis.call('PEXPIRE', KEYS[2], DAY)
return results`;

// KEYS of each renewal: its session. ARGV: passLife, then of each renewal: session, serial, whether it is due.
const renew = `${door}
local passLife = tonumber(ARGV[2])

local function judge(newest, serial, isDue)
  if newest and serial < newest.serial then
    if serial < newest.serial - 1 then return 'replayed' end
    -- The response with the newest pass may be lost: issue it again until it is shown.
    if not newest.shown then return int(newest.serial), newest.serial, nil end
    if now - newest.shown >= 30000 then return 'replayed' end
    return '', newest.serial, newest.shown
  end
  if isDue then return int(serial + 1), serial + 1, nil end
  local shown = newest and newest.serial == serial and newest.shown
  return '', serial, shown or now
end

local results = {}
for i = 3, #ARGV, 3 do
  local key = KEYS[3 + (i - 3) / 3]
  local known = readSession(key)
  local result, serial, shown = judge(known, tonumber(ARGV[i + 1]), ARGV[i + 2] == '1')
  if result ~= 'replayed' then
    writeSession(key, ARGV[i], { at = known and known.at or now, serial = serial, shown = shown }, passLife)
  end
  table.insert(results, result)
end
redis.call('PEXPIRE', KEYS[1], DAY)
redis.call('PEXPIRE', KEYS[2], DAY)
return results`;

// KEYS of each leaving: its ticket, or the door. ARGV of each leaving: session, whether it has a ticket.
const leave = `${door}
local left = 0
for i = 2, #ARGV, 2 do
  left = left + redis.call('ZREM', KEYS[2], ARGV[i])
  local key = ARGV[i + 1] == '1' and KEYS[3 + (i - 2) / 2]
  local used = key and readTicket(key)
  if used and used.session == ARGV[i] then redis.call('DEL', key) end
end
if left > 0 then redis.call('HINCRBY', KEYS[1], 'left', left) end
redis.call('PEXPIRE', KEYS[1], DAY)
return '1'`;

/** The verbs of an opening of a door. */
export const doorScripts = { enter, renew, leave };
