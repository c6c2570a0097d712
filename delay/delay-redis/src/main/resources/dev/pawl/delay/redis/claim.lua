-- Purpose: gives due jobs to a consumer. Follows partition.lua and change.lua, which name the keys.
-- KEYS[1..]: as there. KEYS[8], KEYS[9]: the last claims, two hashes from consumer to format (1), sequence, first token and ids,
-- which take turns as tombstones do
-- ARGV[1]: retry horizon, ms
-- ARGV[2]: consumer
-- ARGV[3]: sequence, 19 digits
-- ARGV[4]: how many jobs at most
-- ARGV[5]: visibility timeout, ms
-- ARGV[6]: how many bytes of bodies at most, but for a single job
-- ARGV[7]: the reason of those whose last attempt was not answered
-- RETURNS: {head, the time in us, how many are dropped, how many are dead, their ids, and for each job its id, state and envelope}
-- ATOMIC: the look at what is due and the deliveries; a repeated request is answered by the deliveries that still stand
local limit = tonumber(ARGV[6])
local dropped, died, given = {}, {}, {}

local function answer()
  local reply = {head(first()), micros, #dropped, #died}
  for _, part in ipairs({dropped, died, given}) do
    for i = 1, #part do
      reply[#reply + 1] = part[i]
    end
  end
  return reply
end

local last = redis.call('HGET', KEYS[8 + claimBucket], ARGV[2]) or redis.call('HGET', KEYS[9 - claimBucket], ARGV[2])
if last then
  last = cmsgpack.unpack(check(last) and string.sub(last, 2))
  for i = 3, ARGV[3] == last[1] and #last or 0 do
    local state = redis.call('HGET', states, last[i])
    if stands(state, struct.pack('>I8', last[2] + i - 3)) then
      local n = #given
      given[n + 1], given[n + 2], given[n + 3] = last[i], state, redis.call('HGET', jobs, last[i])
    end
  end
  if ARGV[3] <= last[1] then
    return answer()
  end
end

-- After the clock was set back, leases last too long by the step: some of them are looked at each time.
if latest - micros > 1000000 then
  local page = redis.call('HSCAN', states, string.format('%.0f', cursor), 'COUNT', 100)
  cursor = tonumber(page[1])
  for i = 1, #page[2], 2 do
    local id, bound = page[2][i], now + longest
    if string.byte(page[2][i + 1], 14) == 1 and tonumber(redis.call('ZSCORE', times, id)) > bound then
      redis.call('ZADD', times, bound, id)
    end
  end
end

rotate(ARGV[1])
if claimsRotated > now then
  claimsRotated = now
end
if now - claimsRotated >= tonumber(ARGV[1]) then
  claimBucket, claimsRotated = 1 - claimBucket, now
  redis.call('UNLINK', KEYS[8 + claimBucket])
  redis.call('HSET', KEYS[8 + claimBucket], '', '1')
end

local visibility = tonumber(ARGV[5])
local visible = after(visibility)
local claim, scores, fresh = {ARGV[3], math.max(token + 1, micros)}, {}, {}
local sent, full = 0, false

local function deliver(id, envelope, attempt, due)
  local length = struct.unpack('>I2', envelope, 23)
  local size = #envelope - 24 - length
  if #given > 0 and sent + size > limit then
    full = true
    return
  end
  sent = sent + size
  token = math.max(token + 1, micros)
  local state = '1' .. struct.pack('>I8I4BI8', token, attempt + 1, 1, due) .. string.sub(envelope, 3, 14)
    .. struct.pack('>I4', size) .. string.sub(envelope, 25, 24 + length)
  local n = #given
  given[n + 1], given[n + 2], given[n + 3] = id, state, envelope
  claim[#claim + 1] = id
  n = #scores
  scores[n + 1], scores[n + 2] = visible, id
  fresh[n + 1], fresh[n + 2] = id, state
end

local function look(id, score, envelope, state)
  local attempts, ttl = struct.unpack('>I4I8', check(envelope), 11)
  local attempt, due = 0, score
  if state then
    local _
    _, attempt, _, due = struct.unpack('>I8I4BI8', check(state), 2)
  end
  if ttl > 0 and now - due >= ttl then
    finish(id, 'O', state)
    dropped[#dropped + 1] = id
  elseif attempt >= attempts then
    die(id, state, ARGV[7])
    died[#died + 1] = id
  else
    local before = token
    deliver(id, envelope, attempt, due)
    if token > before then
      out = out + 1 - (state and string.byte(state, 14) or 0)
    end
  end
end

local due = paused == 0 and redis.call('ZRANGEBYSCORE', times, '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[4]) or {}
-- So many bodies at once as are sure to be wanted, lest a claim reads much more than it may give.
local chunk = 2 * math.max(1, math.floor(limit / math.max(1, greatest)))
for from = 1, #due, chunk do
  local ids = {}
  for i = from, math.min(#due, from + chunk - 1), 2 do
    ids[#ids + 1] = due[i]
  end
  local envelopes, known = redis.call('HMGET', jobs, unpack(ids)), redis.call('HMGET', states, unpack(ids))
  for i, id in ipairs(ids) do
    look(id, tonumber(due[from + 2 * i - 1]), envelopes[i], known[i])
    if full then
      break
    end
  end
  if full then
    break
  end
end
if #scores > 0 then
  redis.call('ZADD', times, unpack(scores))
  redis.call('HSET', states, unpack(fresh))
  longest = math.max(longest, visibility)
end
redis.call('HSET', KEYS[8 + claimBucket], ARGV[2], '1' .. cmsgpack.pack(claim))
write()
return answer()
