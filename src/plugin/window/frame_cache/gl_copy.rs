//! A copy of the window's pixels in a texture of OpenGL's. The window's thread.
#![allow(unsafe_code)]

use egui_glow::glow::{self, Context, HasContext as _};

/// The copy, if there is one. It belongs to one OpenGL context and ends with it.
#[derive(Debug, Default)]
pub(super) struct GlCopy {
    texture: Option<FrameTexture>,
    /// Whether the texture has the pixels that should be seen.
    valid: bool,
    /// Whether no texture could be made: then everything is drawn every time.
    unsupported: bool,
}

/// A texture of the window's size, and the framebuffer through which it is copied.
#[derive(Clone, Copy, Debug)]
struct FrameTexture {
    pixels: glow::Texture,
    frame: glow::Framebuffer,
    size: [u32; 2],
}

impl GlCopy {
    /// Whether there are pixels to be copied into the window.
    pub fn is_valid(&self) -> bool {
        self.valid
    }

    /// The pixels are no longer those that should be seen.
    pub fn invalidate(&mut self) {
        self.valid = false;
    }

    /// Copies what has been drawn into the window so far.
    pub fn capture(&mut self, gl: &Context, size: [u32; 2]) {
        if self.unsupported {
            return;
        }
        if self.texture.is_none_or(|texture| texture.size != size) {
            self.make(gl, size);
        }
        if let Some(texture) = self.texture {
            copy(gl, None, Some(texture.frame), size);
            self.valid = true;
        }
    }

    /// Copies the pixels into the window. If its size is another one, they are invalid: the next frame is drawn.
    pub fn paint(&mut self, gl: &Context, size: [u32; 2]) {
        match self.texture {
            Some(texture) if texture.size == size => copy(gl, Some(texture.frame), None, size),
            _ => self.valid = false,
        }
    }

    fn make(&mut self, gl: &Context, size: [u32; 2]) {
        // SAFETY: called while the window is drawn, so its context, which made what is deleted here,
        // is current; nothing is read or written but these objects.
        unsafe {
            if let Some(texture) = self.texture.take() {
                gl.delete_framebuffer(texture.frame);
                gl.delete_texture(texture.pixels);
            }
            let (Ok(pixels), Ok(frame)) = (gl.create_texture(), gl.create_framebuffer()) else {
                self.unsupported = true;
                return;
            };
            let [width, height] = size.map(|side| i32::try_from(side).unwrap_or(0));
            gl.bind_texture(glow::TEXTURE_2D, Some(pixels));
            // The order of colours that windows have. Mesa's software renderer copies between the same order directly, and
            // it keeps this order only for a format without a size.
            gl.tex_image_2d(
                glow::TEXTURE_2D,
                0,
                glow::RGBA.cast_signed(),
                width,
                height,
                0,
                glow::BGRA,
                glow::UNSIGNED_INT_8_8_8_8_REV,
                glow::PixelUnpackData::Slice(None),
            );
            gl.bind_framebuffer(glow::FRAMEBUFFER, Some(frame));
            gl.framebuffer_texture_2d(
                glow::FRAMEBUFFER,
                glow::COLOR_ATTACHMENT0,
                glow::TEXTURE_2D,
                Some(pixels),
                0,
            );
            let state = gl.check_framebuffer_status(glow::FRAMEBUFFER);
            gl.bind_framebuffer(glow::FRAMEBUFFER, None);
            gl.bind_texture(glow::TEXTURE_2D, None);
            self.unsupported = state != glow::FRAMEBUFFER_COMPLETE;
            self.texture = (!self.unsupported).then_some(FrameTexture {
                pixels,
                frame,
                size,
            });
        }
    }
}

/// Copies all pixels from one framebuffer to another; none is the window.
fn copy(
    gl: &Context,
    from: Option<glow::Framebuffer>,
    to: Option<glow::Framebuffer>,
    size: [u32; 2],
) {
    let [width, height] = size.map(|side| i32::try_from(side).unwrap_or(0));
    // SAFETY: called while the window is drawn, so its context is current; both frames are its own
    // and hold at least this many pixels. Whoever called sets the rest of the state anew.
    unsafe {
        gl.disable(glow::SCISSOR_TEST);
        gl.bind_framebuffer(glow::READ_FRAMEBUFFER, from);
        gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, to);
        let (part, exactly) = (glow::COLOR_BUFFER_BIT, glow::NEAREST);
        // Mesa's software renderer stores the rows of a window from the top and those of a texture from the bottom. A
        // flipped copy is one of memory; otherwise each pixel would be drawn.
        gl.blit_framebuffer(0, 0, width, height, 0, height, width, 0, part, exactly);
        gl.bind_framebuffer(glow::FRAMEBUFFER, None);
    }
}
