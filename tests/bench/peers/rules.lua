-- rules.lua - the ten rules of the workload as a programmer writes them in Lua: what Beding is held against, in both Luas.
--
-- A line has numbers only: dates as days, amounts in cents, choices as places in their list. No date is NO_DATE. A set of
-- failing rules is a number, a power of two for each; LuaJIT has no operators for bits, so it is a sum.
local rules = {}

rules.names = {
  "geen_startbericht", "voor_startdatum", "buiten_toewijzing", "volume_boven_toewijzing", "dagen_per_periode",
  "dagdelen_per_week", "alleen_bestaande_client", "te_laat", "tarief_onjuist", "bedrag_onjuist",
}
rules.SETS = 2 ^ #rules.names
rules.NO_DATE = -2147483648
rules.VERBLIJF, rules.DAGBESTEDING, rules.BASIS, rules.SPECIAAL = 0, 1, 2, 3

-- Cents by product, wonen, dagbesteding and zzp, the last fastest: 1 + ((product * 2 + wonen) * 2 + dagbesteding) * 5 + zzp.
local tariff = {
  14373, 16669, 19362, 20567, 23797, 11485, 13418, 15818, 17067, 20239,
  11692, 13344, 15676, 16718, 19557, 8818, 10109, 12150, 13235, 16021,
}
local function add(count, ...)
  for _ = 1, count do
    for _, cents in ipairs({ ... }) do
      tariff[#tariff + 1] = cents
    end
  end
end
add(4, 3670, 4084, 4084, 4084, 4584)
add(20, 5040)
add(20, 7020)

local NO_DATE, VERBLIJF, DAGBESTEDING, BASIS = rules.NO_DATE, rules.VERBLIJF, rules.DAGBESTEDING, rules.BASIS
local DAYS_A_PERIOD, WEEKS_A_PERIOD, DAYS_TO_DECLARE, MINUTES_AN_HOUR = 28, 4, 56, 60
local floor = math.floor

-- The set of rules that the line fails, and its amount in cents.
function rules.decide(line)
  local failing = 0
  local start, eind, volume, product, zzp = line.start, line.eind, line.volume, line.product, line.zzp
  if start == NO_DATE then
    failing = 1
  elseif eind < start then
    failing = 2
  end
  if line.begin < line.vanaf or eind > line.tot then
    failing = failing + 4
  end
  if volume > line.toegewezen then
    failing = failing + 8
  end
  if product == VERBLIJF and volume > DAYS_A_PERIOD then
    failing = failing + 16
  end
  if product == DAGBESTEDING and volume > WEEKS_A_PERIOD * (zzp == 3 and 6 or 5) then
    failing = failing + 32
  end
  if line.wonen == 0 and zzp == 0 and line.bestaand == 0 then
    failing = failing + 64
  end
  if line.dagtekening > eind + DAYS_TO_DECLARE then
    failing = failing + 128
  end
  local cents = tariff[1 + ((product * 2 + line.wonen) * 2 + line.dagbesteding) * 5 + zzp]
  if line.tarief ~= cents then
    failing = failing + 256
  end
  local amount = volume * cents
  if product >= BASIS then
    amount = floor((amount + MINUTES_AN_HOUR / 2) / MINUTES_AN_HOUR) -- half up; never negative, and far below 2^53
  end
  if line.bedrag ~= amount then
    failing = failing + 512
  end
  return failing, amount
end

-- The report of a run: `hits` counts lines by 1 + set of failing rules, `cents` is what was granted.
function rules.report(variant, hits, cents, seconds)
  local lines, rejected, failed = 0, 0, {}
  for rule = 1, #rules.names do
    failed[rule] = 0
  end
  for set = 0, rules.SETS - 1 do
    lines = lines + hits[1 + set]
    rejected = rejected + (set > 0 and hits[1 + set] or 0)
    for rule = 1, #rules.names do
      if floor(set / 2 ^ (rule - 1)) % 2 == 1 then
        failed[rule] = failed[rule] + hits[1 + set]
      end
    end
  end
  local counts = {}
  for rule, name in ipairs(rules.names) do
    counts[rule] = string.format('"%s":%.0f', name, failed[rule])
  end
  print(string.format('{"variant":"%s","lines":%.0f,"compute_s":%.9f,"approved_cents":%.0f,"approved_lines":%.0f,"rejected_lines":%.0f,"rules":{%s}}',
    variant, lines, seconds, cents, lines - rejected, rejected, table.concat(counts, ",")))
end

function rules.new_hits()
  local hits = {}
  for set = 1, rules.SETS do
    hits[set] = 0
  end
  return hits
end

-- What stands behind the number of a line when rules fail, by set; for an approved line nothing.
function rules.new_rejections()
  local texts = {}
  for set = 1, rules.SETS - 1 do
    local failing = {}
    for rule, name in ipairs(rules.names) do
      if floor(set / 2 ^ (rule - 1)) % 2 == 1 then
        failing[#failing + 1] = name
      end
    end
    local names = table.concat(failing, ";")
    texts[set] = "afgekeurd,0.00," .. names .. "," .. names .. "\n"
  end
  return texts
end

rules.HEADER = "declaratienummer,regelnummer,besluit,bedrag_toegekend,redenen,regels\n"

-- Days since 1970-01-01 of the first of a month, by 1 + year * 12 + month - 1, for the years 1900 to 2299.
rules.first_of_month = {}
do
  local lengths, day = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }, -25567
  for year = 1900, 2299 do
    for month = 1, 12 do
      rules.first_of_month[1 + year * 12 + month - 1] = day
      local leap = month == 2 and (year % 4 == 0 and year % 100 ~= 0 or year % 400 == 0)
      day = day + lengths[month] + (leap and 1 or 0)
    end
  end
end

-- Decides all lines over and over for the given seconds; the best pass counts. `get(i)` is line i.
function rules.run_in_memory(variant, get, count, seconds, failing, granted)
  local best, hits, cents = math.huge, nil, 0
  local until_then = os.clock() + seconds
  local decide = rules.decide
  repeat
    hits, cents = rules.new_hits(), 0
    local began = os.clock()
    for i = 0, count - 1 do
      local set, amount = decide(get[i])
      failing[i] = set
      granted[i] = set == 0 and amount or 0
      hits[1 + set] = hits[1 + set] + 1
      if set == 0 then
        cents = cents + amount
      end
    end
    best = math.min(best, os.clock() - began)
  until os.clock() >= until_then
  rules.report(variant, hits, cents, best)
end

-- What a script does with its arguments.
function rules.main(script, run_end_to_end, run_in_memory)
  if arg[1] == "e2e" and #arg == 3 then
    run_end_to_end(arg[2], arg[3])
  elseif arg[1] == "mem" and #arg >= 3 then
    run_in_memory(arg[2], tonumber(arg[3]), tonumber(arg[4] or math.huge))
  else
    io.stderr:write("usage: " .. script .. " e2e LINES DECISIONS | mem LINES SECONDS [COUNT]\n")
    os.exit(2)
  end
end

return rules
