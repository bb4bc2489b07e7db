//! A picture of the window in the graphics system's own memory: copied from the window and back.
#![allow(unsafe_code)]

use egui_glow::glow::{self, Context, HasContext as _};

/// The picture, if there is one. It belongs to one graphics context and ends with it.
#[derive(Debug, Default)]
pub(super) struct Plate {
    store: Option<Store>,
    /// Whether the picture is whole.
    kept: bool,
    /// Whether the system has refused to store one: then everything is drawn every time.
    refused: bool,
}

#[derive(Clone, Copy, Debug)]
struct Store {
    pixels: glow::Texture,
    frame: glow::Framebuffer,
    size: [u32; 2],
}

impl Plate {
    /// Whether there is a picture to be shown.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// The picture is no longer what should be seen.
    pub fn forget(&mut self) {
        self.kept = false;
    }

    /// Copies what the window shows so far.
    pub fn keep(&mut self, gl: &Context, size: [u32; 2]) {
        if self.refused {
            return;
        }
        if self.store.is_none_or(|store| store.size != size) {
            self.make(gl, size);
        }
        if let Some(store) = self.store {
            copy(gl, None, Some(store.frame), size);
            self.kept = true;
        }
    }

    /// Copies the picture into the window. One of another size is forgotten instead: the next frame
    /// is drawn.
    pub fn show(&mut self, gl: &Context, size: [u32; 2]) {
        match self.store {
            Some(store) if store.size == size => copy(gl, Some(store.frame), None, size),
            _ => self.kept = false,
        }
    }

    fn make(&mut self, gl: &Context, size: [u32; 2]) {
        // SAFETY: called while the window is drawn, so its context, which made what is deleted here,
        // is current; nothing is read or written but these objects.
        unsafe {
            if let Some(store) = self.store.take() {
                gl.delete_framebuffer(store.frame);
                gl.delete_texture(store.pixels);
            }
            let (Ok(pixels), Ok(frame)) = (gl.create_texture(), gl.create_framebuffer()) else {
                self.refused = true;
                return;
            };
            let [width, height] = size.map(|side| i32::try_from(side).unwrap_or(0));
            gl.bind_texture(glow::TEXTURE_2D, Some(pixels));
            // In the order of colours that windows have. Where software draws, it is taken for one
            // without a size only, and what has the same order is copied as it is.
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
            self.refused = state != glow::FRAMEBUFFER_COMPLETE;
            self.store = (!self.refused).then_some(Store {
                pixels,
                frame,
                size,
            });
        }
    }
}

/// Copies all pixels from one frame to another; none is the window.
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
        // Software counts the rows of a window from the top and those of a texture from the bottom.
        // Upside down they lie alike, and are copied as memory; else each pixel would be drawn.
        gl.blit_framebuffer(0, 0, width, height, 0, height, width, 0, part, exactly);
        gl.bind_framebuffer(glow::FRAMEBUFFER, None);
    }
}
