-- Runs inside Ardour (ardour7-lua): one session with our plug-in behind a pulse source, exported to a file.
-- The words after the script: what to do (make or open), the session's folder, the folder for the sound, its name. The
-- names "mono" and "automated" say what the track is.
local what, folder, out, name = arg[1], arg[2], arg[3], arg[4]
local rate, seconds = 48000, 6
AudioEngine:set_backend("None (Dummy)", "", "")

local function parameter(insert, wanted)
	-- Its index among the inputs, as Ardour's own helpers count, and among all.
	local plugin, input = insert:plugin(0), 0
	for at = 0, plugin:parameter_count() - 1 do
		if plugin:parameter_is_control(at) and plugin:parameter_is_input(at) then
			if plugin:parameter_label(at) == wanted then return input, at end
			input = input + 1
		end
	end
	error("Ardour does not show a parameter " .. wanted)
end

local function make()
	local s = assert(create_session(folder, "hall", rate))
	local order, mode = ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal
	local channels = name == "mono" and 1 or 2
	local track = s:new_audio_track(channels, channels, nil, 1, "voice", order, mode, true):front()
	local pulses = ARDOUR.LuaAPI.new_luaproc(s, "Anteroom Test Pulses")
	local reverb = ARDOUR.LuaAPI.new_plugin(s, "Anteroom", ARDOUR.PluginType.VST3, "")
	assert(not reverb:isnil(), "Ardour does not find the VST3")
	assert(track:add_processor_by_index(pulses, 0, nil, true) == 0)
	assert(track:add_processor_by_index(reverb, 1, nil, true) == 0)
	local insert = reverb:to_insert()
	local preset = insert:plugin(0):preset_by_label("recall")
	assert(preset and preset.valid and insert:plugin(0):load_preset(preset), "no preset file was found")
	print("latency " .. reverb:signal_latency())
	if name == "automated" then
		local input, at = parameter(insert, "Mix")
		local al, cl, pd = ARDOUR.LuaAPI.plugin_automation(reverb, input)
		print("range of mix: " .. pd.lower .. " .. " .. pd.upper)
		cl:add(Temporal.timepos_t(0), pd.lower, false, true)
		cl:add(Temporal.timepos_t(seconds * rate), pd.upper, false, true)
		reverb:to_automatable():automation_control(Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, at), false):set_automation_state(ARDOUR.AutoState.Play)
	end
	return s
end

local s = what == "make" and make() or assert(load_session(folder, "hall"))
s:save_state("", false, false, false, false, false)
local export = s:simple_export()
assert(export:set_preset("aa7e2003-0000-4000-8000-000000000001"))
export:set_folder(out)
export:set_name(name)
export:set_range(0, seconds * rate)
assert(export:check_outputs() and export:run_export(), "the export failed")
print("exported")
close_session()
quit()
