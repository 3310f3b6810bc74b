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

local ACTIONS = { GET = "read", HEAD = "read", POST = "create", PUT = "update", PATCH = "update", DELETE = "delete" }
local KINDS = { jobs = "job", projects = "project", departments = "department" }

local library, engine
local request, details, groups = ffi.new("bw_request"), ffi.new("bw_details"), ffi.new("bw_str[?]", GROUPS_MAX)
request.struct_size, details.struct_size = ffi.sizeof(request), ffi.sizeof(details)

local M = {}

-- The strings that C reads stay in Lua: whoever calls this keeps them until the answer is there.
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

-- Returns the scope and the kind of a path that has one spelling: /SCOPE/-/KINDS or /SCOPE/-/KINDS/ID. Everything that another program could read
-- differently is nil: escapes, empty and dotted segments, parameters, capitals.
local function place(uri)
    local path = uri:match("^([^?#]*)")
    if path:find("[^a-z0-9/_-]") or path:find("//", 1, true) then
        return nil
    end
    local scope, kinds, rest = path:match("^/([a-z0-9/_-]-)/%-/([a-z]+)(.*)$")
    local is_id = rest == "" or rest and rest:match("^/[a-z0-9_-]+$")
    return is_id and scope, KINDS[kinds]
end

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

-- Lets a request pass if its subject may do what it asks for.
function M.enforce()
    local headers, truncated = ngx.req.get_headers(100)
    local subject, listed = header(headers, "x-subject"), headers["x-groups"]
    local action = ACTIONS[ngx.req.get_method()]
    local scope, kind = place(ngx.var.request_uri)
    if truncated or not (subject and action and scope and kind) or type(listed) == "table" then
        return refuse("invalid_request")
    end
    local names, n = {}, 0
    for name in (listed or ""):gmatch("[^,]+") do
        if n == GROUPS_MAX then
            return refuse("invalid_request")
        end
        names[n + 1] = name
        say(groups[n], name)
        n = n + 1
    end
    say(request.subject, subject)
    say(request.action, action)
    say(request.kind, kind)
    say(request.scope, scope)
    request.groups.is_known, request.groups.n_names, request.groups.names = listed and 1 or 0, n, groups
    request.now = ngx.time()
    local status = library.bw_check_details(engine, request, details)
    if status ~= BW_OK or details.decision ~= BW_ALLOW then
        return refuse(ffi.string(library.bw_reason_code(details.reason)))
    end
end

return M
