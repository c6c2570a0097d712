-- As batch.lua, and looks at every answer: its status, and how many ids it holds. The looking takes so much of the
-- processor that it is a run of its own.
-- Prints: checked <answers> <ids> <answers that are not 201 or do not hold 1,000>
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = "POST"
  wrk.body = '{"count":1000}'
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = args[1]
  binary = args[1] == "application/octet-stream"
  request_bytes = wrk.format()
  answers, ids, wrong = 0, 0, 0
end

function request()
  return request_bytes
end

function response(status, headers, body)
  local count
  if binary then
    count = #body / 8
  else
    _, count = string.gsub(body, '"%d+"', "")
  end
  answers = answers + 1
  ids = ids + count
  if status ~= 201 or count ~= 1000 then
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local all, total, bad = 0, 0, 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("answers")
    total = total + thread:get("ids")
    bad = bad + thread:get("wrong")
  end
  print(string.format("checked %d %d %d", all, total, bad))
end
