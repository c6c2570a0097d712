-- Purpose: shows jobs. Follows partition.lua, which names the keys.
-- KEYS: none
-- ARGV[1]: ids, peek or scan
-- ARGV[2]: the first id; or how many; or the cursor
-- ARGV[3]: the second id; or about how many
-- ARGV[4..]: the other ids
-- RETURNS: {the next cursor, the time in ms, and for each job its id, score (absent if it is not there), state (absent) and envelope}
-- ATOMIC: it writes nothing
local ids, scores, next = {}, {}, ''
if ARGV[1] == 'ids' then
  for i = 2, #ARGV do
    ids[i - 1] = ARGV[i]
  end
  scores = redis.call('ZMSCORE', times, unpack(ids))
else
  local found
  if ARGV[1] == 'peek' then
    found = redis.call('ZRANGE', times, 0, ARGV[2] - 1, 'WITHSCORES')
  else
    next, found = unpack(redis.call('ZSCAN', times, ARGV[2], 'COUNT', ARGV[3]))
  end
  for i = 1, #found, 2 do
    if found[i] ~= '' then
      ids[#ids + 1], scores[#scores + 1] = found[i], found[i + 1]
    end
  end
end
local reply = {next, now}
for i, id in ipairs(ids) do
  local n = #reply
  reply[n + 1], reply[n + 2] = id, scores[i] and tonumber(scores[i])
  reply[n + 3] = scores[i] and redis.call('HGET', states, id)
  reply[n + 4] = scores[i] and redis.call('HGET', jobs, id)
end
return reply
