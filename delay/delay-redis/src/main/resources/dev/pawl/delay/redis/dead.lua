-- Purpose: shows dead letters. Follows partition.lua, which names the keys.
-- KEYS: none
-- ARGV[1]: the cursor
-- ARGV[2]: about how many
-- RETURNS: {the next cursor, and for each its id, letter and envelope}
-- ATOMIC: it writes nothing
local next, found = unpack(redis.call('HSCAN', dead, ARGV[1], 'COUNT', ARGV[2]))
local reply = {next}
for i = 1, #found, 2 do
  if found[i] ~= '' then
    local n = #reply
    reply[n + 1], reply[n + 2], reply[n + 3] = found[i], found[i + 1], redis.call('HGET', jobs, found[i])
  end
end
return reply
