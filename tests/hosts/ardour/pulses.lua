-- A source for the track: a pulse in both channels every 1.5 s, and silence between.
ardour {
	["type"] = "dsp",
	name = "Anteroom Test Pulses",
	category = "Utility",
	license = "MIT",
	author = "Anteroom",
	description = "A pulse in both channels, every so many samples."
}

local period, at = 72000, 0

function dsp_ioconfig() return { { audio_in = -1, audio_out = -1 } } end

function dsp_params() return {} end

function dsp_init(rate) end

function dsp_run(ins, outs, frames)
	local here = (-at) % period
	for channel = 1, #outs do
		ARDOUR.DSP.memset(outs[channel], 0, frames)
		if here < frames then outs[channel]:array()[here + 1] = 0.5 end
	end
	at = at + frames
end
