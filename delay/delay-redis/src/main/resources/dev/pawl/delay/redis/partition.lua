-- Purpose: what every script of a partition begins with: the time, the partition's record, and its head.
-- KEYS[1]: the bodies, a hash from id to envelope: format (1), mode of the dedup key (1), request (8), attempts (4), time to live in ms
-- or 0 (8), length of the dedup key (2), dedup key, body. Dead letters have theirs here too. Its field '' is the partition's record:
-- format (1), whether paused (1), which hash of tombstones is written (1), which of claims (1), and eight bytes
-- each: last token, deliveries that stand, begin of the present tombstones (ms), and of the present claims (ms), longest visibility
-- timeout (ms), cursor of the sweep, latest time seen (us), bytes of bodies, largest body since the partition was made
-- KEYS[2]: the times, a sorted set of all jobs by next visible time (ms); its member '' comes last and keeps it from being empty
-- KEYS[3]: the states of jobs that were delivered, a hash from id to state: format (1), token of the last delivery (8), attempts
-- begun (4), whether the delivery stands (1), due time (8, ms), request (8), attempts (4), bytes of the body (4), dedup key
-- KEYS[4]: the dedup keys, a hash from key to id
-- KEYS[5]: the dead letters, a hash from id to letter: format (1), when it died (8, ms), length of the reason (2), reason, state
-- ARGV: none
-- RETURNS: an error if there is no such partition, or its format is another one
-- ATOMIC: it writes nothing; time is the server's
local jobs = KEYS[1]
local times = KEYS[2]
local states = KEYS[3]
local keys = KEYS[4]
local dead = KEYS[5]
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now, ceiling = math.floor(micros / 1000), math.ceil(micros / 1000)
local record = redis.call('HGET', jobs, '')
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
  local head = redis.call('ZRANGE', times, 0, 0, 'WITHSCORES')
  return paused == 0 and head[1] ~= '' and tonumber(head[2])
end

local function head(score)
  return score and score - now
end
