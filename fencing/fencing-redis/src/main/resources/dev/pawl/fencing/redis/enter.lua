-- Purpose: takes a holder in and keeps older ones out.
-- KEYS[1]: the marks of the resource, a hash of v, issuer, floor and top
-- ARGV[1]: the token's kind, exclusive, read or permit
-- ARGV[2]: the token's issuer
-- ARGV[3]: the token's value, 19 digits
-- ARGV[4]: the token's floor, 19 digits
-- RETURNS: {'entered'}, or {'stale' or 'issuer' or 'format', what refuses it}
-- ATOMIC: the look at the marks and their change; a refusal changes nothing
local marks = redis.call('HMGET', KEYS[1], 'v', 'issuer', 'floor', 'top')
if marks[1] and marks[1] ~= '1' then
  return {'format', marks[1]}
end
if marks[2] and marks[2] ~= ARGV[2] then
  return {'issuer', marks[2]}
end
-- Numbers are compared as strings of one length: as doubles, those above 2^53 would be rounded.
local none = '0000000000000000000'
local floor = marks[3] or none
local top = marks[4] or none
local mark = floor
if ARGV[1] == 'exclusive' and top > floor then
  mark = top
end
if ARGV[3] < mark then
  return {'stale', mark}
end
if ARGV[1] ~= 'read' and ARGV[4] > floor then
  floor = ARGV[4]
end
if ARGV[3] > top then
  top = ARGV[3]
end
if floor ~= marks[3] or top ~= marks[4] then
  redis.call('HSET', KEYS[1], 'v', '1', 'issuer', ARGV[2], 'floor', floor, 'top', top)
end
return {'entered'}
