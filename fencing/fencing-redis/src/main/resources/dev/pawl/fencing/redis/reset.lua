-- Purpose: moves a resource to an issuer; every holder has to enter anew.
-- KEYS[1]: the marks of the resource, a hash of v, issuer, floor and top
-- ARGV[1]: who counts from now on
-- ARGV[2]: the least number to accept, 19 digits
-- RETURNS: {'reset'}, or {'format', the version that is not known}
-- ATOMIC: the change of all marks
local version = redis.call('HGET', KEYS[1], 'v')
if version and version ~= '1' then
  return {'format', version}
end
redis.call('HSET', KEYS[1], 'v', '1', 'issuer', ARGV[1], 'floor', ARGV[2], 'top', '0000000000000000000')
return {'reset'}
