-- Purpose: marks one node of RedLock as a candidate, or admits it, if it stands as it was seen.
-- KEYS[1]: the node's record, as redlock-acquire.lua describes it
-- ARGV[1]: run id that was seen
-- ARGV[2]: record that was seen, or an empty string
-- ARGV[3]: A to admit, C to mark
-- ARGV[4]: longest time that a lock may be kept, 13 digits, ms
-- ARGV[5]: floor, 16 digits
-- ARGV[6]: mark; empty if admitted
-- RETURNS: 1 if it was changed; 0 if it stands in another way
-- ATOMIC: the comparison and the change; time is the server's
if string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') ~= ARGV[1] or (redis.call('GET', KEYS[1]) or '') ~= ARGV[2] then
  return 0
end
local floor = ARGV[5]
for _, known in ipairs({string.sub(ARGV[2], 56, 71), string.sub(ARGV[2], 72, 87)}) do
  if known > floor then
    floor = known
  end
end
local time = redis.call('TIME')
local now = string.format('%013.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('SET', KEYS[1], '1' .. ARGV[3] .. ARGV[1] .. ARGV[4] .. floor .. floor .. now .. ARGV[6])
return 1
