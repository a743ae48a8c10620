-- bw_lua.lua - the workload by Lua 5.4, as a programmer would write it: one pattern for a row, one table for a line.
--
--   lua5.4 bw_lua.lua e2e LINES DECISIONS       the whole job
--   lua5.4 bw_lua.lua mem LINES SECONDS [COUNT] decide lines that are in memory, over and over; the best pass counts
--
-- Prints what bw-ref prints. Run in its own folder, or with LUA_PATH set: it needs rules.lua.
local rules = require("rules")

local COLUMNS = 23
local PATTERN = "^" .. string.rep("([^,]*),", COLUMNS - 1) .. "([^,]*)$"
local PRODUCT = { verblijf = 0, dagbesteding_elders = 1, overbrugging_basis = 2, overbrugging_speciaal = 3 }
local WONEN = { intramuraal = 0, gescheiden = 1 }
local DAGBESTEDING = { inclusief = 0, exclusief = 1 }
local BESTAAND = { ja = 1, nee = 0 }

local days = {} -- text -> day: dates come back all the time
local function day_of(text)
  local day = days[text]
  if not day then
    local year, month, date = text:match("^(%d%d%d%d)-(%d%d)-(%d%d)$")
    day = rules.first_of_month[1 + tonumber(year) * 12 + tonumber(month) - 1] + tonumber(date) - 1
    days[text] = day
  end
  return day
end

local function cents_of(text)
  local whole, part = text:match("^(%d+)%.(%d%d)$")
  return tonumber(whole) * 100 + tonumber(part)
end

local function parse(row)
  local declaration, number, signed, _, _, _, _, product, begin, eind, volume, _, tarief, bedrag, zzp, wonen, dagbesteding, bestaand, vanaf, tot, toegewezen, _, start =
    row:match(PATTERN)
  return {
    dagtekening = day_of(signed), product = PRODUCT[product], begin = day_of(begin), eind = day_of(eind), volume = tonumber(volume),
    tarief = cents_of(tarief), bedrag = cents_of(bedrag), zzp = tonumber(zzp:sub(4)) - 2, wonen = WONEN[wonen],
    dagbesteding = DAGBESTEDING[dagbesteding], bestaand = BESTAAND[bestaand], vanaf = day_of(vanaf), tot = day_of(tot),
    toegewezen = tonumber(toegewezen), start = start == "" and rules.NO_DATE or day_of(start),
  }, declaration, number
end

local function rows_of(path)
  local file = assert(io.open(path, "rb"))
  file:setvbuf("full", 262144)
  assert(file:read("l"), "no header")
  return file:lines("l")
end

local function run_end_to_end(path, out)
  local began, hits, cents, rejection = os.clock(), rules.new_hits(), 0, rules.new_rejections()
  local file = assert(io.open(out, "wb"))
  file:setvbuf("full", 262144)
  file:write(rules.HEADER)
  for row in rows_of(path) do
    local line, declaration, number = parse(row)
    local set, amount = rules.decide(line)
    hits[1 + set] = hits[1 + set] + 1
    if set == 0 then
      cents = cents + amount
      file:write(declaration, ",", number, ",goedgekeurd,", string.format("%d.%02d", amount // 100, amount % 100), ",,\n")
    else
      file:write(declaration, ",", number, ",", rejection[set])
    end
  end
  assert(file:close())
  rules.report("lua e2e", hits, cents, os.clock() - began)
end

local function run_in_memory(path, seconds, limit)
  local lines, count = {}, 0
  for row in rows_of(path) do
    if count == limit then
      break
    end
    lines[count] = parse(row)
    count = count + 1
  end
  rules.run_in_memory("lua mem", lines, count, seconds, {}, {})
end

rules.main("bw_lua.lua", run_end_to_end, run_in_memory)
