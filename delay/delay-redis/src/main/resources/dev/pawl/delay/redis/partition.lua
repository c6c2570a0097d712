-- Purpose: what every script of a partition begins with: the time, the partition's record, and its head.
-- KEYS[1]: the bodies, a hash from id to envelope: format (1), mode of the dedup key (1), request (8), attempts (4), time to live in ms
-- or 0 (8), length of the dedup key (2), dedup key, body. Dead letters have theirs here too. Its field '' is the partition's record:
-- format (1), whether paused (1), which of KEYS[5] and KEYS[6] is written (1), which of KEYS[8] and KEYS[9] (1), and eight bytes
-- each: last token, deliveries that stand, begin of the present tombstones (ms), and of the present claims (ms), longest visibility
-- timeout (ms), cursor of the sweep, latest time seen (us), bytes of bodies, largest body since the partition was made
-- KEYS[2]: the times, a sorted set of all jobs by next visible time (ms); its member '' comes last and keeps it from being empty
-- RETURNS: an error if there is no such partition, or its format is another one
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now, ceiling = math.floor(micros / 1000), math.ceil(micros / 1000)
local record = redis.call('HGET', KEYS[1], '')
if not record then
  return redis.error_reply('PAWLABSENT partition is not there')
end
if string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT partition must have format 1: format=' .. string.sub(record, 1, 1))
end
local paused, bucket, claimBucket, token, out, rotated, claimsRotated, longest, cursor, latest, bytes, greatest =
  struct.unpack('>BBBI8I8I8I8I8I8I8I8I8', record, 2)

-- The score of the head, or nothing if there is none.
local function first()
  local head = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  return paused == 0 and head[1] ~= '' and tonumber(head[2])
end

local function head(score)
  return score and score - now
end
