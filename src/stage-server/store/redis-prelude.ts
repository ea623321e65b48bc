/** What each script starts with. */
export const prelude = `
local now = tonumber(ARGV[1])
-- The clock of a test may stand still, while Redis goes on to expire keys.
local margin = now and 60000 or 1000
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function int(number) return string.format('%.0f', number) end
local function exact(number) return string.format('%.17g', number) end
local function ttl(life) return int(math.ceil(life) + margin) end
`;
