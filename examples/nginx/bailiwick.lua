-- Asks Bailiwick in the access phase: who from headers, what from the method, where from the path.
--
-- The engine is loaded in the master, before the workers are forked, so that they share its memory. A reload of nginx (SIGHUP) loads it anew; a policy that is
-- refused fails the reload, and the old workers go on with the old one. Whatever is not clearly allowed is answered with 403.

local ffi = require "ffi"

ffi.cdef [[
typedef struct { const char *data; size_t len; } bw_str;
typedef struct { int32_t is_known; size_t n_names; const bw_str *names; } bw_groups;
typedef struct { const void *entries; size_t n_entries; } bw_attributes;
typedef struct {
    size_t struct_size;
    bw_str tenant, subject;
    bw_groups groups;
    bw_str action, kind, scope, cluster;
    bw_attributes resource, context;
    int64_t now;
} bw_request;
typedef struct {
    size_t struct_size;
    int32_t decision, reason;
    uint64_t revision;
    int64_t valid_until;
    int32_t has_valid_until, reserved;
} bw_details;
int32_t bw_engine_load(const bw_str *, size_t, uint64_t *, uint64_t *);
int32_t bw_check_details(uint64_t, const bw_request *, bw_details *);
int32_t bw_error_text(uint64_t, size_t, int32_t, char *, size_t, size_t *);
int32_t bw_error_free(uint64_t);
const char *bw_reason_code(int32_t);
const char *bw_status_code(int32_t);
]]

local BW_OK, BW_ALLOW, BW_ERROR_ALL = 0, 1, 4
local GROUPS_MAX = 512

-- How many paths and lists of groups are remembered, and how long they are at most: by estimate some 20 MB a worker where somebody tries.
local PATHS_MAX, LISTS_MAX, TEXT_MAX = 10000, 1000, 512

local ACTIONS = { GET = "read", HEAD = "read", POST = "create", PUT = "update", PATCH = "update", DELETE = "delete" }
local KINDS = { jobs = "job", projects = "project", departments = "department" }

local library, engine
local request, details = ffi.new("bw_request"), ffi.new("bw_details")
request.struct_size, details.struct_size = ffi.sizeof(request), ffi.sizeof(details)
local asked_subject, asked_groups = request.subject, request.groups
local asked_action, asked_kind, asked_scope = request.action, request.kind, request.scope

-- What C reads, so that it lives until the answer is there.
local alive = {}

local M = {}

-- The strings that C reads stay in Lua: whoever calls this keeps them alive until the answer is there.
local function say(place, text)
    place.data, place.len = text, #text
end

-- Loads the engine, or fails with every finding's first.
function M.load(path_of_library, paths)
    library = ffi.load(path_of_library)
    local list = ffi.new("bw_str[?]", #paths)
    for i, path in ipairs(paths) do
        say(list[i - 1], path)
    end
    local loaded, refused = ffi.new("uint64_t[1]"), ffi.new("uint64_t[1]")
    local status = library.bw_engine_load(list, #paths, loaded, refused)
    if status ~= BW_OK then
        local text, length = ffi.new("char[4096]"), ffi.new("size_t[1]")
        local told = library.bw_error_text(refused[0], 0, BW_ERROR_ALL, text, 4096, length)
        library.bw_error_free(refused[0])
        error(told == BW_OK and ffi.string(text) or ffi.string(library.bw_status_code(status)))
    end
    engine = loaded[0]
end

-- What was read of texts that come again and again, such as paths. Where too much is kept it begins anew; long texts are not kept, so that what
-- others send takes no more than that memory.
local function remembering(read, kept_max)
    local kept, n_kept = {}, 0
    return function(text)
        local found = kept[text]
        if found then
            return found
        end
        found = read(text)
        if found and #text <= TEXT_MAX then
            if n_kept == kept_max then
                kept, n_kept = {}, 0
            end
            kept[text], n_kept = found, n_kept + 1
        end
        return found
    end
end

-- Returns the scope and the kind of a path that has one spelling: /SCOPE/-/KINDS or /SCOPE/-/KINDS/ID. Everything that another program could read
-- differently is nil: escapes, empty and dotted segments, parameters, capitals.
local place_of = remembering(function(path)
    if path:find("[^a-z0-9/_-]") or path:find("//", 1, true) then
        return nil
    end
    local scope, kinds, rest = path:match("^/([a-z0-9/_-]-)/%-/([a-z]+)(.*)$")
    local is_id = rest == "" or rest and rest:match("^/[a-z0-9_-]+$")
    return is_id and KINDS[kinds] and { scope = scope, kind = KINDS[kinds] }
end, PATHS_MAX)

-- Returns the path of a request, without what is asked of it.
local function path_of(uri)
    local mark = uri:find("?", 1, true)
    return mark and uri:sub(1, mark - 1) or uri
end

-- Returns the groups of a list with commas, as C reads them, and their names, which are to be kept as long; nil where they are too many.
local groups_of = remembering(function(listed)
    local names = {}
    for name in listed:gmatch("[^,]+") do
        names[#names + 1] = name
    end
    if GROUPS_MAX < #names then
        return nil
    end
    local groups = ffi.new("bw_str[?]", #names)
    for i, name in ipairs(names) do
        say(groups[i - 1], name)
    end
    return { n = #names, groups = groups, names = names }
end, LISTS_MAX)

-- Returns a header that was sent once; nil where it was sent more often.
local function header(headers, name)
    local value = headers[name]
    return type(value) == "string" and value or nil
end

local function refuse(reason)
    ngx.status = ngx.HTTP_FORBIDDEN
    ngx.header.content_type = "application/json"
    ngx.say('{"decision":"deny","reason":"', reason, '"}')
    return ngx.exit(ngx.HTTP_FORBIDDEN)
end

-- Lets a request pass if its subject may do what it asks for. LuaJIT compiles it, for it reads no pattern: what texts mean is remembered.
function M.enforce()
    local headers, truncated = ngx.req.get_headers(100)
    local subject, listed = header(headers, "x-subject"), headers["x-groups"]
    local action, place = ACTIONS[ngx.req.get_method()], place_of(path_of(ngx.var.request_uri))
    if truncated or not (subject and action and place) or type(listed) == "table" then
        return refuse("invalid_request")
    end
    local groups = groups_of(listed or "")
    if not groups then
        return refuse("invalid_request")
    end
    alive.subject, alive.place, alive.groups = subject, place, groups
    say(asked_subject, subject)
    say(asked_action, action)
    say(asked_kind, place.kind)
    say(asked_scope, place.scope)
    asked_groups.is_known, asked_groups.n_names, asked_groups.names = listed and 1 or 0, groups.n, groups.groups
    request.now = ngx.time()
    local status = library.bw_check_details(engine, request, details)
    if status ~= BW_OK or details.decision ~= BW_ALLOW then
        return refuse(ffi.string(library.bw_reason_code(details.reason)))
    end
end

return M
