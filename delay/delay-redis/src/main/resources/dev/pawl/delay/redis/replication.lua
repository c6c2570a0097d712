-- Purpose: tells how far a server and its replicas are. It is called with a key of the slot that is meant, which it does not touch.
-- KEYS: none
-- ARGV: none
-- RETURNS: {id of the replication's history, the server's offset, the greatest offset that a replica has confirmed, or -1}
-- ATOMIC: it writes nothing
local info = redis.call('INFO', 'replication')
local greatest = -1
for offset in string.gmatch(info, 'state=online,offset=(%d+)') do
  greatest = math.max(greatest, tonumber(offset))
end
return {string.match(info, 'master_replid:(%x+)'), tonumber(string.match(info, 'master_repl_offset:(%d+)')), greatest}
