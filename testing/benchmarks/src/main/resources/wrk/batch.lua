-- Asks for batches of 1,000 ids. wrk itself counts answers that are no success.
-- Arguments: the Accept header.
function init(args)
  wrk.method = "POST"
  wrk.body = '{"count":1000}'
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = args[1]
  request_bytes = wrk.format()
end

function request()
  return request_bytes
end
