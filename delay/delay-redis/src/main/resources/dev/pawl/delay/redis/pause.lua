-- Purpose: stops or resumes claims. Follows partition.lua and change.lua, which name the keys.
-- KEYS: none
-- ARGV[1]: channel
-- ARGV[2]: 1 to stop, 0 to resume
-- RETURNS: {head}, as it is afterwards
-- ATOMIC: the look at the head before and after
local before = first()
paused = tonumber(ARGV[2])
write()
return {tell(ARGV[1], before)}
