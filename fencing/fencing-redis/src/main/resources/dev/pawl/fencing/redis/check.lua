-- Purpose: refuses a holder who has been replaced or has not entered; what is written behind it runs for all others.
-- KEYS[1]: the marks of the resource, a hash of v, issuer, floor and top
-- KEYS[2..]: the keys of the effect, which finds them from KEYS[1] on
-- ARGV[1]: the token's kind, exclusive, read or permit
-- ARGV[2]: the token's issuer
-- ARGV[3]: the token's value, 19 digits
-- ARGV[4..]: the arguments of the effect, which finds them from ARGV[1] on
-- RETURNS: {'pawl-fence', 'stale' or 'entered' or 'issuer' or 'format', what refuses it}, or what the effect returns
-- ATOMIC: the check and the effect
do
  local marks = redis.call('HMGET', KEYS[1], 'v', 'issuer', 'floor', 'top')
  local none = '0000000000000000000'
  local floor = marks[3] or none
  local top = marks[4] or none
  if marks[1] and marks[1] ~= '1' then
    return {'pawl-fence', 'format', marks[1]}
  end
  if not marks[2] then
    return {'pawl-fence', 'entered', none}
  end
  if marks[2] ~= ARGV[2] then
    return {'pawl-fence', 'issuer', marks[2]}
  end
  -- Numbers are compared as strings of one length: as doubles, those above 2^53 would be rounded.
  local alone = ARGV[1] == 'exclusive'
  local mark = floor
  if alone and top > floor then
    mark = top
  end
  if ARGV[3] < mark then
    return {'pawl-fence', 'stale', mark}
  end
  if ARGV[3] > top or alone and ARGV[3] > floor then
    return {'pawl-fence', 'entered', top}
  end
  table.remove(KEYS, 1)
  for _ = 1, 3 do
    table.remove(ARGV, 1)
  end
end
