-- Purpose: finishes jobs. Follows partition.lua and change.lua, which name the keys.
-- KEYS[1..]: as there
-- ARGV[1..]: for each delivery its job's id and its token, 8 bytes
-- RETURNS: {head, a digit for each: 1 if the job is finished by this delivery, now or before, else 0}
-- ATOMIC: the look at the deliveries and the end of the jobs
local ids = {}
for i = 1, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
end
local known = redis.call('HMGET', states, unpack(ids))
local answers, ended, marks, acked = {}, {}, {}, {}
for i, id in ipairs(ids) do
  local state, shown = known[i], ARGV[2 * i]
  if acked[id] then
    answers[i] = acked[id] == shown and '1' or '0'
  elseif stands(state, shown) then
    acked[id], answers[i] = shown, '1'
    ended[#ended + 1] = id
    marks[#marks + 1], marks[#marks + 2] = id, '1A' .. string.sub(state, 23, 30) .. shown
    bytes, out = bytes - struct.unpack('>I4', state, 35), out - 1
    freeKey(id, string.sub(state, 39))
  else
    local mark = tombstone(id)
    answers[i] = mark and string.sub(check(mark), 2, 2) == 'A' and string.sub(mark, 11, 18) == shown and '1' or '0'
  end
end
if #ended > 0 then
  redis.call('HSET', KEYS[6 + bucket], unpack(marks))
  redis.call('ZREM', times, unpack(ended))
  redis.call('HDEL', jobs, unpack(ended))
  redis.call('HDEL', states, unpack(ended))
  write()
end
return {head(first()), table.concat(answers)}
