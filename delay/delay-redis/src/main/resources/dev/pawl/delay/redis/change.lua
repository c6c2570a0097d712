-- Purpose: what every script that changes a partition has besides; follows partition.lua.
-- KEYS[1..]: as there. KEYS[6], KEYS[7]: the tombstones, two hashes from id to tombstone: format (1), ending (1), request (8), token (8).
-- One of both is written; after a retry horizon the other is emptied and written, so that each tombstone stays for one to two of them
-- ARGV: none
-- RETURNS: nothing by itself
-- ATOMIC: nothing by itself
local GREATEST = 253402300799999 -- as in Due
local NO_TOKEN = '\0\0\0\0\0\0\0\0'

local function write()
  redis.call('HSET', jobs, '', '1' .. struct.pack('>BBBI8I8I8I8I8I8I8I8I8', paused, bucket, claimBucket, token, out,
    rotated, claimsRotated, longest, cursor, math.max(latest, micros), bytes, greatest))
end

-- Rounded up, so that nothing is early; but at once is at once.
local function after(wait)
  return wait == 0 and now or math.min(GREATEST, ceiling + wait)
end

-- A due time as clients write it: ms since 1970, or -1 less the delay.
local function visibleAt(due)
  return due >= 0 and due or after(-1 - due)
end

-- Whoever watches is told if the head is sooner than it was.
local function tell(channel, before)
  local score = first()
  if score and (not before or score < before) then
    redis.pcall('PUBLISH', channel, string.format('%.0f', score - now))
  end
  return head(score)
end

local function check(what)
  if string.byte(what) ~= 49 then
    error({err = 'PAWLFORMAT record must have format 1: format=' .. string.sub(what, 1, 1)})
  end
  return what
end

local function stands(state, shown)
  return state and string.byte(check(state), 14) == 1 and string.sub(state, 2, 9) == shown
end

local function isInFlight(state, score)
  return state and string.byte(check(state), 14) == 1 and score > now
end

-- The delivery does not stand any more.
local function back(state)
  out = out - string.byte(state, 14)
end

-- Request, token, bytes of the body and dedup key of a job.
local function traits(id, state)
  if state then
    return string.sub(state, 23, 30), string.sub(state, 2, 9), struct.unpack('>I4', state, 35), string.sub(state, 39)
  end
  local envelope = check(redis.call('HGET', jobs, id))
  local length = struct.unpack('>I2', envelope, 23)
  return string.sub(envelope, 3, 10), NO_TOKEN, #envelope - 24 - length, string.sub(envelope, 25, 24 + length)
end

-- Another job may have taken the key over.
local function freeKey(id, key)
  if key ~= '' and redis.call('HGET', keys, key) == id then
    redis.call('HDEL', keys, key)
  end
end

local function rotate(horizon)
  if rotated > now then -- the clock was set back
    rotated = now
  end
  if now - rotated >= tonumber(horizon) then
    bucket, rotated = 1 - bucket, now
    redis.call('UNLINK', KEYS[6 + bucket])
    redis.call('HSET', KEYS[6 + bucket], '', '1')
  end
end

local function tombstone(id)
  return redis.call('HGET', KEYS[6 + bucket], id) or redis.call('HGET', KEYS[7 - bucket], id)
end

local function bury(id, ending, request, shown, size)
  local mark = '1' .. ending .. request .. shown
  bytes = bytes - size
  redis.call('HSET', KEYS[6 + bucket], id, mark)
  return mark
end

-- Removes a job and leaves a tombstone.
local function finish(id, ending, state)
  local request, shown, size, key = traits(id, state)
  if state then
    back(state)
    redis.call('HDEL', states, id)
  end
  redis.call('ZREM', times, id)
  redis.call('HDEL', jobs, id)
  freeKey(id, key)
  return bury(id, ending, request, shown, size), size
end

-- Makes a dead letter of a job that was delivered.
local function die(id, state, reason)
  back(state)
  redis.call('ZREM', times, id)
  redis.call('HDEL', states, id)
  freeKey(id, string.sub(state, 39))
  redis.call('HSET', dead, id, '1' .. struct.pack('>I8I2', now, #reason) .. reason .. state)
end
