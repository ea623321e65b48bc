/**
 * One script for each verb of a `Store`. They decide as the parts of `memoryStore` do; test/stage-server/store-cases.ts
 * holds both to the same cases. All keys come as KEYS, so that a client can prefix them. ARGV[1] is the clock of a test,
 * or empty. Numbers leave as text, because Redis cuts off fractions, and Lua writes large ones with an exponent.
 */
import { doorScripts } from './redis-door-scripts.ts';
import { prelude } from './redis-prelude.ts';

const once = `
local known = tonumber(redis.call('GET', KEYS[1]))
if known and known > now then return '0' end
local life = tonumber(ARGV[2])
redis.call('SET', KEYS[1], exact(now + life), 'PX', ttl(life))
return '1'`;

// KEYS: the rationed keys. ARGV: rate, burst.
const ration = `
local interval, burst = 1000 / tonumber(ARGV[2]), tonumber(ARGV[3])
local waits = {}
for i, key in ipairs(KEYS) do
  local from = math.max(tonumber(redis.call('GET', key)) or now, now)
  local early = from - interval * (burst - 1) - now
  if early > 1e-6 then
    waits[i] = int(math.ceil(early))
  else
    waits[i] = '0'
    redis.call('SET', key, exact(from + interval), 'PX', ttl(from + interval - now))
  end
end
return waits`;

// KEYS: senders by their last message, inbox, then each sender.
// ARGV: most senders, then of each message: from, seq, whether it is refused, why, the message as JSON.
const decide = `
local HOUR, WEEK = 3600000, 604800000
local most, results, position = tonumber(ARGV[2]), {}, 0
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', int(now - HOUR))
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if last then position = tonumber(string.match(last[1], '^%d+')) end
local function answer(isFirst, isRefused, reason)
  table.insert(results, isFirst)
  table.insert(results, isRefused)
  table.insert(results, reason)
end
local function decideOne(key, from, seq, isRefused, reason, message)
  local kept = redis.call('HMGET', key, 'seq', 'at', 'refusals')
  local isKnown = kept[2] and now - tonumber(kept[2]) < HOUR
  local refusals = isKnown and cjson.decode(kept[3]) or {}
  if isKnown and tonumber(seq) <= tonumber(kept[1]) then
    for i = 1, #refusals, 2 do
      if refusals[i] == seq then return answer('0', '1', refusals[i + 1]) end
    end
    return answer('0', '0', '')
  end
  if not isKnown and redis.call('ZCARD', KEYS[1]) >= most then
    return answer('0', '1', 'too many senders')
  end
  if isRefused == '1' then
    table.insert(refusals, seq)
    table.insert(refusals, reason)
    if #refusals > 64 then
      table.remove(refusals, 1)
      table.remove(refusals, 1)
    end
  else
    position = math.max(now, position + 1)
    redis.call('XADD', KEYS[2], 'MAXLEN', 50000, int(position) .. '-0',
      'at', int(now), 'from', from, 'seq', seq, 'message', message)
  end
  redis.call('HSET', key, 'seq', seq, 'at', int(now), 'refusals', cjson.encode(refusals))
  redis.call('PEXPIRE', key, ttl(HOUR))
  redis.call('ZADD', KEYS[1], int(now), from)
  answer('1', isRefused, reason)
end
for i = 3, #ARGV, 5 do
  decideOne(KEYS[3 + (i - 3) / 5], ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
end
redis.call('PEXPIRE', KEYS[1], ttl(HOUR))
redis.call('PEXPIRE', KEYS[2], WEEK)
return results`;

// KEYS: inbox. ARGV: the first position, the maximum of messages.
const inbox = `
local results = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])) do
  local fields = entry[2]
  for _, value in ipairs({ string.match(entry[1], '^%d+'), fields[2], fields[4], fields[6], fields[8] }) do
    table.insert(results, value)
  end
end
return results`;

// KEYS: the publication's ID, the head, the frames. ARGV: an epoch in case there is none, then the frames.
const publish = `
local DAY = 86400000
local known = tonumber(redis.call('GET', KEYS[1]))
if known and known > now then return '0' end
local head = redis.call('HMGET', KEYS[2], 'epoch', 'offset')
local offset = tonumber(head[2]) or 0
if not head[1] then redis.call('HSET', KEYS[2], 'epoch', ARGV[2]) end
for i = 3, #ARGV do
  offset = offset + 1
  -- Frames that outlive their head are of another epoch.
  if offset == 1 then redis.call('DEL', KEYS[3]) end
  redis.call('XADD', KEYS[3], 'MAXLEN', 1000, int(offset) .. '-0', 'at', int(now), 'text', ARGV[i])
end
redis.call('HSET', KEYS[2], 'offset', int(offset))
redis.call('PEXPIRE', KEYS[2], 7 * DAY)
redis.call('PEXPIRE', KEYS[3], ttl(120000))
redis.call('SET', KEYS[1], int(now + 60000), 'PX', ttl(60000))
return '1'`;

// KEYS: head, frames, edition, settings. ARGV: an epoch in case one is needed, the epoch and offset of the cursor, its
// versions of edition and settings.
const pull = `
local head = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
local epoch, offset = head[1], tonumber(head[2]) or 0
local isAhead = ARGV[3] == epoch and tonumber(ARGV[4]) > offset
if not epoch or isAhead then
  -- If the reader has more than was ever published, the last of it was lost, and its offsets are free again.
  epoch = ARGV[2]
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'offset', int(offset))
  redis.call('PEXPIRE', KEYS[1], 604800000)
end
local from = ARGV[3] == epoch and tonumber(ARGV[4]) or 0
local results = { int(now), epoch, int(offset) }
for i, key in ipairs({ KEYS[3], KEYS[4] }) do
  local version = redis.call('HGET', key, 'version')
  local isNews = version and version ~= ARGV[4 + i]
  table.insert(results, isNews and version or '')
  table.insert(results, isNews and redis.call('HGET', key, 'text') or '')
end
if offset > from then
  for _, frame in ipairs(redis.call('XRANGE', KEYS[2], int(from + 1) .. '-0', '+')) do
    if now - tonumber(frame[2][2]) < 120000 then
      table.insert(results, string.match(frame[1], '^%d+'))
      table.insert(results, frame[2][2])
      table.insert(results, frame[2][4])
    end
  end
end
return results`;

// KEYS: nodes, lease, head, then of each door: itself, inside. ARGV: node, status, life, whether it is the last beat.
const beat = `
local WEEK = 604800000
local node, status, life = ARGV[2], ARGV[3], tonumber(ARGV[4])
local nodes, counts, before = {}, {}, redis.call('HGETALL', KEYS[1])
for i = 1, #before, 2 do
  local till, of = string.match(before[i + 1], '^(%S+) (.*)$')
  if tonumber(till) <= now then
    redis.call('HDEL', KEYS[1], before[i])
  elseif before[i] ~= node then
    table.insert(nodes, before[i])
    table.insert(nodes, of)
  end
end
local lease = redis.call('HMGET', KEYS[2], 'node', 'until', 'fence')
local keeper, till, fence = lease[1], tonumber(lease[2]) or 0, tonumber(lease[3]) or 0
if ARGV[5] == '1' then
  redis.call('HDEL', KEYS[1], node)
  if keeper == node then
    redis.call('HDEL', KEYS[2], 'node')
    keeper = false
  end
else
  table.insert(nodes, node)
  table.insert(nodes, status)
  redis.call('HSET', KEYS[1], node, exact(now + life) .. ' ' .. status)
  if not keeper or keeper == node or till <= now then
    -- From the clock, so that it grows even if the store loses its data.
    if keeper ~= node then fence = math.max(now, fence + 1) end
    keeper, till = node, now + life
    redis.call('HSET', KEYS[2], 'node', node, 'until', exact(till), 'fence', int(fence))
  end
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], WEEK) end
if keeper and till <= now then keeper = false end
if keeper == node then
  for i = 4, #KEYS, 2 do
    local gone = redis.call('ZREMRANGEBYSCORE', KEYS[i + 1], '-inf', int(now))
    local kept = redis.call('HMGET', KEYS[i], 'admitted', 'full', 'crowded', 'turnedAway', 'left')
    redis.call('HDEL', KEYS[i], 'admitted', 'full', 'crowded', 'turnedAway', 'left')
    for k = 1, 5 do table.insert(counts, int((tonumber(kept[k]) or 0) + (k == 5 and gone or 0))) end
    table.insert(counts, int(redis.call('ZCARD', KEYS[i + 1])))
  end
end
return { int(now), keeper or '', keeper == node and int(fence) or '', nodes, counts }`;

// KEYS: lease, edition. ARGV: fence, edition.
const keep = `
local lease = redis.call('HMGET', KEYS[1], 'node', 'fence')
if not lease[1] or tonumber(lease[2]) ~= tonumber(ARGV[2]) then return '0' end
local edition = redis.call('HMGET', KEYS[2], 'version', 'text')
if edition[2] ~= ARGV[3] then
  local version = math.max(now, (tonumber(edition[1]) or 0) + 1)
  redis.call('HSET', KEYS[2], 'version', int(version), 'text', ARGV[3])
end
redis.call('PEXPIRE', KEYS[2], 604800000)
return '1'`;

// KEYS: settings, which stay. ARGV: version, settings.
const change = `
local settings = redis.call('HMGET', KEYS[1], 'version', 'text', 'replaced')
-- The same call again, because its answer was lost.
if settings[3] == ARGV[2] and settings[2] == ARGV[3] then return '1' end
if (settings[1] or '0') ~= ARGV[2] then return '0' end
local version = math.max(now, (tonumber(settings[1]) or 0) + 1)
redis.call('HSET', KEYS[1], 'version', int(version), 'text', ARGV[3], 'replaced', ARGV[2])
return '1'`;

// A write: a replica, or a Redis without memory, does not work.
const check = `
redis.call('SET', KEYS[1], '1', 'PX', 60000)
return '1'`;

const bodies = {
  ...doorScripts,
  once,
  ration,
  decide,
  inbox,
  publish,
  pull,
  beat,
  keep,
  change,
  check,
};

/** A verb that is a script. */
export type Verb = keyof typeof bodies;

/** The text of each script. */
export const redisScripts = Object.fromEntries(
  Object.entries(bodies).map(([verb, body]) => [verb, prelude + body]),
) as Readonly<Record<Verb, string>>;
