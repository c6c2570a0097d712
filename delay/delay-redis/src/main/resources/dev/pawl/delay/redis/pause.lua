-- Purpose: stops or resumes claims. Follows partition.lua and change.lua.
-- KEYS[1] and KEYS[2]: as there
-- ARGV[1]: channel
-- ARGV[2]: 1 to stop, 0 to resume
-- RETURNS: {head}
-- ATOMIC: trivially
local before = first()
paused = tonumber(ARGV[2])
write()
return {tell(ARGV[1], before)}
