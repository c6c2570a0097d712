-- Purpose: takes in one job without a dedup key, the most frequent call, with as few commands as can be. Where anything is out of
-- the ordinary it does nothing, and enqueue.lua, which follows, decides.
-- KEYS[1]: the bodies, as in partition.lua
-- KEYS[2]: the times
-- KEYS[3..]: the rest, as in change.lua
-- ARGV[1]: retry horizon, ms
-- ARGV[2]: how many jobs the partition may have
-- ARGV[3]: how many bytes of bodies it may have
-- ARGV[4]: channel
-- ARGV[5]: id
-- ARGV[6]: due time
-- ARGV[7]: envelope
-- ARGV[8..]: further jobs, with which it does nothing
-- RETURNS: {head, T}
-- ATOMIC: the look at the id, its tombstones and the limits, and the job itself
if #ARGV == 7 and string.byte(ARGV[7], 2) == 78 then
  local time = redis.call('TIME')
  local id, envelope, size = ARGV[5], ARGV[7], #ARGV[7] - 24
  local found = redis.call('HMGET', KEYS[1], '', id)
  local record = found[1]
  local bucket = record and string.byte(record, 3)
  if record and string.byte(record) == 49 and not found[2] and not redis.call('HGET', KEYS[6 + bucket], id)
    and not redis.call('HGET', KEYS[7 - bucket], id) then
    local micros, due = time[1] * 1000000 + time[2], tonumber(ARGV[6])
    local now, rotated = math.floor(micros / 1000), struct.unpack('>I8', record, 21)
    local latest, bytes, greatest = struct.unpack('>I8I8I8', record, 53)
    if now - rotated < tonumber(ARGV[1]) and rotated <= now and bytes + size <= tonumber(ARGV[3])
      and redis.call('HLEN', KEYS[1]) <= tonumber(ARGV[2]) then
      if due < 0 then
        due = due == -1 and now or math.min(253402300799999, math.ceil(micros / 1000) - 1 - due)
      end
      local head = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
      redis.call('HSET', KEYS[1], id, envelope, '', string.sub(record, 1, 52)
        .. struct.pack('>I8I8I8', math.max(latest, micros), bytes + size, math.max(greatest, size)))
      redis.call('ZADD', KEYS[2], due, id)
      if string.byte(record, 2) == 1 then
        return {false, 'T'}
      end
      local first = tonumber(head[2]) -- of no job it is infinite
      if due < first then
        redis.pcall('PUBLISH', ARGV[4], string.format('%.0f', due - now))
        first = due
      end
      return {first - now, 'T'}
    end
  end
end
