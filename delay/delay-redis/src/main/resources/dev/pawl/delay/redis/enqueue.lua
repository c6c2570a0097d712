-- Purpose: takes jobs in. Follows partition.lua and change.lua, which name the keys.
-- KEYS[1..]: as there
-- ARGV[1]: retry horizon, ms
-- ARGV[2]: how many jobs the partition may have
-- ARGV[3]: how many bytes of bodies it may have
-- ARGV[4]: channel
-- ARGV[5..]: for each job its id, its due time, and its envelope
-- RETURNS: {head, a letter for each: taken, replacing, duplicate, full}
-- ATOMIC: the look at ids, tombstones, dedup keys and limits, and the jobs themselves
rotate(ARGV[1])
local ids = {}
for i = 5, #ARGV, 3 do
  ids[#ids + 1] = ARGV[i]
end
local living = redis.call('HMGET', jobs, unpack(ids))
local marks, older = redis.call('HMGET', KEYS[6 + bucket], unpack(ids)), redis.call('HMGET', KEYS[7 - bucket], unpack(ids))
local known, buried = {}, {}
for i, id in ipairs(ids) do
  known[id], buried[id] = living[i], marks[i] or older[i]
end
local before, count = first(), redis.call('HLEN', jobs) - 1
local bodies, scores = {}, {}

local function flush()
  if #bodies > 0 then
    redis.call('HSET', jobs, unpack(bodies))
    redis.call('ZADD', times, unpack(scores))
    bodies, scores = {}, {}
  end
end

-- The job whose place the new one takes, and the due time that it then has; or nothing but the answer.
local function replaced(key, mode, due)
  local holder = redis.call('HGET', keys, key)
  if not holder then
    return false, due
  end
  if mode == 'R' then
    return 'D'
  end
  local state, score = redis.call('HGET', states, holder), tonumber(redis.call('ZSCORE', times, holder))
  if isInFlight(state, score) then
    return false, due
  end
  local dueBefore = state and struct.unpack('>I8', state, 15) or score
  if mode == 'E' and dueBefore <= due then
    return 'D'
  end
  return holder, mode == 'B' and math.max(due, dueBefore) or due, state
end

local function take(id, envelope, due)
  local length = struct.unpack('>I2', envelope, 23)
  local key, size = string.sub(envelope, 25, 24 + length), #envelope - 24 - length
  local holder, state, freed = false, false, 0
  if length > 0 then
    flush()
    holder, due, state = replaced(key, string.sub(envelope, 2, 2), due)
    if not due then
      return holder
    end
    if holder then
      local _, _, sizeBefore = traits(holder, state)
      freed = sizeBefore
    end
  end
  if not holder and count >= tonumber(ARGV[2]) or bytes - freed + size > tonumber(ARGV[3]) then
    return 'F'
  end
  if holder then
    known[holder], buried[holder] = false, finish(holder, 'O', state)
    count = count - 1
  end
  known[id], count, bytes, greatest = envelope, count + 1, bytes + size, math.max(greatest, size)
  bodies[#bodies + 1], bodies[#bodies + 2] = id, envelope
  scores[#scores + 1], scores[#scores + 2] = due, id
  if length > 0 then
    redis.call('HSET', keys, key, id)
  end
  return holder and 'R' or 'T'
end

local answers = {}
for i = 5, #ARGV, 3 do
  local id, envelope = ARGV[i], ARGV[i + 2]
  local request, mark, live = string.sub(envelope, 3, 10), buried[id], known[id]
  if mark and string.sub(check(mark), 3, 10) == request then
    answers[#answers + 1] = 'T'
  elseif live then
    answers[#answers + 1] = string.sub(check(live), 3, 10) == request and 'T' or 'D'
  else
    answers[#answers + 1] = take(id, envelope, visibleAt(tonumber(ARGV[i + 1])))
  end
end
flush()
write()
return {tell(ARGV[4], before), table.concat(answers)}
