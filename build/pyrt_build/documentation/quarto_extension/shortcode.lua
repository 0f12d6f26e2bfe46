-- The shortcode {{< pyrt file=app.py name=clock >}}: it becomes a code block, which the filter shows as any other.

local function pyrt(words, options)
  local classes = { "python", "pyrt" }
  for _, word in ipairs(words) do
    table.insert(classes, pandoc.utils.stringify(word))
  end
  local given = {}
  for _, name in ipairs({ "name", "file", "height", "title" }) do
    local value = options[name] and pandoc.utils.stringify(options[name]) or ""
    if value ~= "" then
      given[name] = value
    end
  end
  return pandoc.CodeBlock("", pandoc.Attr("", classes, given))
end

return { pyrt = pyrt }
