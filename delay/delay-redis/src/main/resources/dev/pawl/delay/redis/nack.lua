-- Purpose: gives deliveries back. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1]: channel
-- ARGV[2..]: for each delivery its job's id, its token (8 bytes), a letter (R retry, G give back, D dead letter), delay (ms), reason
-- RETURNS: {head, a digit for each: 1 if the delivery was given back, now or before, else 0}
-- ATOMIC: the look at the deliveries and what becomes of the jobs
local before = first()
local ids, answers, fresh, scores = {}, {}, {}, {}
for i = 2, #ARGV, 5 do
  ids[#ids + 1] = ARGV[i]
end
local known = {}
for i, state in ipairs(redis.call('HMGET', states, unpack(ids))) do
  known[ids[i]] = state
end

local function nack(id, shown, kind, delay, reason)
  local state = known[id]
  if not state or string.sub(check(state), 2, 9) ~= shown then
    local letter = redis.call('HGET', dead, id)
    if not letter then
      return '0'
    end
    local at = 12 + struct.unpack('>I2', check(letter), 10)
    return string.sub(letter, at + 1, at + 8) == shown and '1' or '0'
  end
  if string.byte(state, 14) == 0 then
    return '1'
  end
  local attempt, attempts = struct.unpack('>I4', state, 10), struct.unpack('>I4', state, 31)
  if kind == 'G' then
    attempt = attempt - 1
  elseif kind == 'D' or attempt >= attempts then
    die(id, state, reason)
    known[id] = false
    return '1'
  end
  back(state)
  known[id] = string.sub(state, 1, 9) .. struct.pack('>I4B', attempt, 0) .. string.sub(state, 15)
  fresh[#fresh + 1], fresh[#fresh + 2] = id, known[id]
  scores[#scores + 1], scores[#scores + 2] = after(delay), id
  return '1'
end

for i = 2, #ARGV, 5 do
  answers[#answers + 1] = nack(ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4])
end
if #fresh > 0 then
  redis.call('HSET', states, unpack(fresh))
  redis.call('ZADD', times, unpack(scores))
end
write()
return {tell(ARGV[1], before), table.concat(answers)}
