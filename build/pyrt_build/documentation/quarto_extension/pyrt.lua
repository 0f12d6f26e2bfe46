-- Shows code blocks with the class `pyrt` with the app that they are. The apps have been built before (quarto.py): here is
-- only what a page has of them.

local folder = "pyrt-apps/" -- its address, relative to the page
local has_script = false

if quarto and quarto.project and quarto.project.offset then
  folder = quarto.project.offset .. "/" .. folder
end

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function attribute(name, value)
  return " " .. name .. '="' .. escape(value) .. '"'
end

local function is_set(value)
  return value ~= nil and value ~= ""
end

-- The element of an app, as HTML. `options` are texts by name.
local function app(options)
  local name = options.name
  if not is_set(name) then
    error("pyrt: an example needs a name, as in name=clock.")
  end
  local text = ""
  if not has_script then
    has_script = true
    text = "<script" .. attribute("src", folder .. "pyrt-app.js") .. " defer></script>"
  end
  text = text .. '<div class="pyrt-example"><pyrt-app' .. attribute("id", "pyrt-" .. name)
  text = text .. attribute("src", folder .. name .. "/")
  text = text .. attribute("height", is_set(options.height) and options.height or "auto")
  text = text .. attribute("loading", "lazy")
  text = text .. attribute("title", is_set(options.title) and options.title or name)
  return pandoc.RawBlock("html", text .. "></pyrt-app></div>")
end

local function read(path)
  local file, reason = io.open(path, "rb")
  if not file then
    error("pyrt: " .. reason)
  end
  local text = file:read("a")
  file:close()
  return text
end

-- The blocks of an example: its code, unless that is hidden, and its app.
local function show(options, code, hides)
  if is_set(options.file) then
    code = read(options.file)
  end
  local blocks = pandoc.List()
  if not hides then
    blocks:insert(pandoc.CodeBlock((code:gsub("\n$", "")), { class = "python" }))
  end
  if FORMAT:match("html") then
    blocks:insert(app(options))
  end
  return blocks
end

local function code_block(block)
  if not block.classes:includes("pyrt") then
    return nil
  end
  return show(block.attributes, block.text, block.classes:includes("hide-code"))
end

-- With pandoc alone, `-M pyrt-apps=../pyrt-apps` says where the apps are.
local function meta(values)
  if values["pyrt-apps"] then
    folder = pandoc.utils.stringify(values["pyrt-apps"]):gsub("/*$", "/")
  end
end

return { { Meta = meta }, { CodeBlock = code_block } }
