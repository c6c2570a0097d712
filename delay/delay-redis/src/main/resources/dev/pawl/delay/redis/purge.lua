-- Purpose: removes dead letters. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1..]: ids
-- RETURNS: {head, a digit for each: 1 if it was removed, else 0}
-- ATOMIC: the end of the dead letter and its tombstone
local answers = {}
for _, id in ipairs(ARGV) do
  local letter = redis.call('HGET', dead, id)
  if letter then
    local request, shown, size = traits(id, string.sub(letter, 12 + struct.unpack('>I2', check(letter), 10)))
    redis.call('HDEL', dead, id)
    redis.call('HDEL', jobs, id)
    bury(id, 'O', request, shown, size)
  end
  answers[#answers + 1] = letter and '1' or '0'
end
write()
return {head(first()), table.concat(answers)}
