-- bw_luajit.lua - the workload by LuaJIT, as one who wants speed writes it: C structs by FFI, bytes instead of strings.
--
--   luajit bw_luajit.lua e2e LINES DECISIONS       the whole job
--   luajit bw_luajit.lua mem LINES SECONDS [COUNT] decide lines that are in memory, over and over; the best pass counts
--
-- Prints what bw-ref prints. Run in its own folder, or with LUA_PATH set: it needs rules.lua. Numbers are doubles that hold
-- whole cents and days. The lines are the workload's own, so a row of another shape is not looked for.
local ffi = require("ffi")
local rules = require("rules")

ffi.cdef([[
typedef struct {
  int32_t dagtekening, begin, eind, volume, tarief, bedrag, vanaf, tot, toegewezen, start;
  uint8_t product, zzp, wonen, dagbesteding, bestaand;
} bw_line;
]])
local LINE_ARRAY = ffi.typeof("bw_line[?]")
local first_of_month = ffi.new("int32_t[?]", 2300 * 12)
for month = 1900 * 12, 2300 * 12 - 1 do
  first_of_month[month] = rules.first_of_month[1 + month]
end

local COMMA, NEWLINE, POINT, ZERO = 44, 10, 46, 48
local CHUNK = 262144

-- Each reader takes the bytes and a place, and returns what it read and the place after the comma.
local function past_comma(p, at)
  while p[at] ~= COMMA do
    at = at + 1
  end
  return at + 1
end

local function whole(p, at)
  local value = 0
  while p[at] >= ZERO do
    value = value * 10 + (p[at] - ZERO)
    at = at + 1
  end
  return value, at + 1
end

local function cents(p, at)
  local value = 0
  while p[at] ~= POINT do
    value = value * 10 + (p[at] - ZERO)
    at = at + 1
  end
  return value * 100 + (p[at + 1] - ZERO) * 10 + (p[at + 2] - ZERO), at + 4
end

local function date(p, at)
  local year = (p[at] - ZERO) * 1000 + (p[at + 1] - ZERO) * 100 + (p[at + 2] - ZERO) * 10 + (p[at + 3] - ZERO)
  local month = (p[at + 5] - ZERO) * 10 + (p[at + 6] - ZERO)
  return first_of_month[year * 12 + month - 1] + (p[at + 8] - ZERO) * 10 + (p[at + 9] - ZERO) - 1, at + 11
end

-- Reads the row at `at` into `line`. Returns the place after it, and where the cells that are copied to the result end.
local function parse(p, at, line)
  at = past_comma(p, at)
  at = past_comma(p, at)
  local copied, value = at, nil
  value, at = date(p, at)
  line.dagtekening = value
  at = past_comma(p, at + 9 + 5 + 10) -- aanbieder, gemeente, client: as wide in every row; then toewijzingnummer
  local letter = p[at]
  local product = letter == 118 and 0 or letter == 100 and 1 or p[at + 13] == 115 and 3 or 2 -- v, d, then s or b
  line.product = product
  at = at + (product == 0 and 9 or product == 1 and 20 or product == 2 and 19 or 22)
  value, at = date(p, at)
  line.begin = value
  value, at = date(p, at)
  line.eind = value
  value, at = whole(p, at)
  line.volume = value
  local unit = product == 0 and 4 or product == 1 and 8 or 7
  at = at + unit
  value, at = cents(p, at)
  line.tarief = value
  value, at = cents(p, at)
  line.bedrag = value
  line.zzp = p[at + 3] - ZERO - 2
  at = at + 5
  local is_apart = p[at] == 103 -- g
  line.wonen = is_apart and 1 or 0
  at = at + (is_apart and 11 or 12)
  line.dagbesteding = p[at] == 101 and 1 or 0 -- e
  at = at + 10
  local is_known = p[at] == 106 -- j
  line.bestaand = is_known and 1 or 0
  at = at + (is_known and 3 or 4)
  value, at = date(p, at)
  line.vanaf = value
  value, at = date(p, at)
  line.tot = value
  value, at = whole(p, at)
  line.toegewezen = value
  at = at + unit
  if p[at] == NEWLINE then
    line.start = rules.NO_DATE
    return at + 1, copied
  end
  value, at = date(p, at)
  line.start = value
  return at, copied
end

-- Calls `take(p, from, at, copied)` for each row, after it was read into `line(i)`; stops when that gives nothing.
local function each_chunk(path, use)
  local file = assert(io.open(path, "rb"))
  assert(file:read("*l"), "no header")
  while true do
    local text = file:read(CHUNK)
    if not text then
      break
    end
    local rest = file:read("*l")
    if rest then
      text = text .. rest .. "\n"
    end
    if not use(ffi.cast("const uint8_t *", text), #text, text) then
      break
    end
  end
  file:close()
end

local function run_end_to_end(path, out)
  local began, hits, total, rejection = os.clock(), rules.new_hits(), 0, rules.new_rejections()
  local file = assert(io.open(out, "wb"))
  local lines, buffer = LINE_ARRAY(1), ffi.new("uint8_t[?]", 8 * CHUNK)
  local approved = "goedgekeurd,"
  local digits = ffi.new("uint8_t[16]")
  file:write(rules.HEADER)
  each_chunk(path, function(p, size)
    local at, to, line = 0, 0, lines[0]
    while at < size do
      local next_row, copied = parse(p, at, line)
      ffi.copy(buffer + to, p + at, copied - at)
      to = to + copied - at
      local set, amount = rules.decide(line)
      hits[1 + set] = hits[1 + set] + 1
      if set == 0 then
        total = total + amount
        ffi.copy(buffer + to, approved, 12)
        to = to + 12
        local count, left = 0, amount
        repeat
          local rest = math.floor(left / 10)
          digits[count] = left - rest * 10 + ZERO
          left, count = rest, count + 1
        until left == 0 and count >= 3
        for i = count - 1, 2, -1 do
          buffer[to] = digits[i]
          to = to + 1
        end
        buffer[to], buffer[to + 1], buffer[to + 2] = POINT, digits[1], digits[0]
        buffer[to + 3], buffer[to + 4], buffer[to + 5] = COMMA, COMMA, NEWLINE
        to = to + 6
      else
        local text = rejection[set]
        ffi.copy(buffer + to, text, #text)
        to = to + #text
      end
      at = next_row
    end
    return file:write(ffi.string(buffer, to))
  end)
  assert(file:close())
  rules.report("luajit e2e", hits, total, os.clock() - began)
end

local function run_in_memory(path, seconds, limit)
  local room, count = 65536, 0
  local lines = LINE_ARRAY(room)
  each_chunk(path, function(p, size)
    local at = 0
    while at < size and count < limit do
      if count == room then
        room = room * 2
        local more = LINE_ARRAY(room)
        ffi.copy(more, lines, count * ffi.sizeof("bw_line"))
        lines = more
      end
      at = parse(p, at, lines[count])
      count = count + 1
    end
    return count < limit
  end)
  rules.run_in_memory("luajit mem", lines, count, seconds, ffi.new("uint16_t[?]", count), ffi.new("int32_t[?]", count))
end

rules.main("bw_luajit.lua", run_end_to_end, run_in_memory)
