# Prints recovered against true values: awk -f compare-with-truth.awk result.json truth.json
# With -v squared=1 it prints only the sum of all squared errors.
#
# Reads just enough JSON for these two files: `"KEY": {"value": number or [numbers], "standard_error": …}` in the first
# (in any layout, other members between them), `"KEY": number or [numbers]` in the second.

FNR == NR { result = result " " $0; next }
{ truth = truth " " $0 }

END {
  if (!squared) printf "%-30s %-22s %-22s %s\n", "parameter", "recovered", "true", "largest error"
  while (match(truth, /"[^"]+"[ \t]*:[ \t]*(\[[^]]*\]|[-+0-9.eE]+)/)) {
    member = substr(truth, RSTART, RLENGTH)
    truth = substr(truth, RSTART + RLENGTH)
    key = member
    sub(/^"/, "", key)
    sub(/".*/, "", key)
    sub(/^"[^"]*"[ \t]*:/, "", member)
    compare(key, member)
  }
  if (squared && !missing) printf "%.3g\n", sum
  exit missing
}

function compare(key, expected,    found, i, count, error, largest, wanted, got) {
  found = member_value(key)
  if (found == "") {
    printf "%-30s %s\n", key, "is not in the result"
    missing = 1
    return
  }
  count = numbers(expected, wanted)
  if (numbers(found, got) != count) {
    printf "%-30s %s\n", key, "has another number of elements in the result"
    missing = 1
    return
  }
  largest = 0
  for (i = 1; i <= count; i++) {
    error = got[i] - wanted[i]
    sum += error * error
    if (error < 0) error = -error
    if (error > largest) largest = error
  }
  if (!squared) printf "%-30s %-22s %-22s %.4f\n", key, listed(got, count), listed(wanted, count), largest
}

# The text of the "value" of `key`'s object in `result`: a number or a bracketed list.
function member_value(key,    pattern, rest) {
  pattern = key
  gsub(/[][.]/, "[&]", pattern)
  if (!match(result, "\"" pattern "\"[ \t]*:[ \t]*[{]")) return ""
  rest = substr(result, RSTART + RLENGTH)
  sub(/[}].*/, "", rest)
  if (!match(rest, /"value"[ \t]*:[ \t]*(\[[^]]*\]|[-+0-9.eE]+)/)) return ""
  rest = substr(rest, RSTART, RLENGTH)
  sub(/^"value"[ \t]*:/, "", rest)
  return rest
}

function numbers(text, into) {
  gsub(/[][ \t]/, "", text)
  return split(text, into, ",")
}

function listed(values, count,    i, text) {
  for (i = 1; i <= count; i++) text = text (i > 1 ? " " : "") sprintf("%.3f", values[i])
  return text
}
