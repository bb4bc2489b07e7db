//! Draws what egui tessellates, in software: the pictures need no graphics card, and come out the
//! same on every machine. Triangles with the top-left rule, textures filtered bilinearly,
//! premultiplied colours blended in gamma space, as egui's own painters do.

use std::collections::HashMap;

use egui::epaint::{ImageDelta, Mesh, Primitive, Vertex};
use egui::{Color32, ImageData, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};

/// A software painter.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
}

struct Texture {
    size: [usize; 2],
    pixels: Vec<Color32>,
}

impl Texture {
    fn patch(&mut self, delta: &ImageDelta, at: [usize; 2]) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        for row in 0..height {
            let to = (at[1] + row) * self.size[0] + at[0];
            let from = &image.pixels[row * width..][..width];
            self.pixels[to..to + width].copy_from_slice(from);
        }
    }

    fn texel(&self, x: i32, y: i32) -> [f32; 4] {
        let x = x.clamp(0, self.size[0] as i32 - 1) as usize;
        let y = y.clamp(0, self.size[1] as i32 - 1) as usize;
        self.pixels[y * self.size[0] + x].to_array().map(f32::from)
    }

    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let x = u * self.size[0] as f32 - 0.5;
        let y = v * self.size[1] as f32 - 0.5;
        let (left, top) = (x.floor() as i32, y.floor() as i32);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let corners = [
            (self.texel(left, top), (1.0 - fx) * (1.0 - fy)),
            (self.texel(left + 1, top), fx * (1.0 - fy)),
            (self.texel(left, top + 1), (1.0 - fx) * fy),
            (self.texel(left + 1, top + 1), fx * fy),
        ];
        let mut sum = [0.0; 4];
        for (texel, weight) in corners {
            for (sum, texel) in sum.iter_mut().zip(texel) {
                *sum += texel * weight / 255.0;
            }
        }
        sum
    }
}

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, delta) in delta
            .set
            .drain()
            .flat_map(|(id, deltas)| deltas.into_iter().map(move |delta| (id, delta)))
        {
            match delta.pos {
                Some(at) => {
                    if let Some(texture) = self.textures.get_mut(&id) {
                        texture.patch(&delta, at);
                    }
                }
                None => {
                    let size = delta.image.size();
                    let pixels = vec![Color32::TRANSPARENT; size[0] * size[1]];
                    let mut texture = Texture { size, pixels };
                    texture.patch(&delta, [0, 0]);
                    self.textures.insert(id, texture);
                }
            }
        }
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    fn render(
        &mut self,
        ctx: &egui::Context,
        output: &egui::FullOutput,
    ) -> Result<RgbaImage, String> {
        let scale = output.pixels_per_point;
        let size = ctx.content_rect().size() * scale;
        let (width, height) = (size.x.round() as u32, size.y.round() as u32);
        let mut image = RgbaImage::from_pixel(width, height, Rgba([0, 0, 0, 255]));
        for primitive in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = primitive.primitive else {
                return Err("callbacks can not be drawn in software".into());
            };
            let clip = primitive.clip_rect * scale;
            let clip = [
                (clip.min.x.round().max(0.0) as u32).min(width),
                (clip.min.y.round().max(0.0) as u32).min(height),
                (clip.max.x.round().max(0.0) as u32).min(width),
                (clip.max.y.round().max(0.0) as u32).min(height),
            ];
            self.draw(&mut image, &mesh, clip, scale)?;
        }
        Ok(image)
    }
}

impl Raster {
    fn draw(
        &self,
        image: &mut RgbaImage,
        mesh: &Mesh,
        clip: [u32; 4],
        scale: f32,
    ) -> Result<(), String> {
        let missing = || format!("texture {:?} is missing", mesh.texture_id);
        let texture = self.textures.get(&mesh.texture_id).ok_or_else(missing)?;
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |index: usize| {
                let vertex = mesh.vertices[corners[index] as usize];
                Vertex {
                    pos: vertex.pos * scale,
                    ..vertex
                }
            };
            triangle(image, texture, [corner(0), corner(1), corner(2)], clip);
        }
        Ok(())
    }
}

fn edge(a: egui::Pos2, b: egui::Pos2, x: f32, y: f32) -> f32 {
    (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)
}

/// Whether an edge owns the pixels exactly on it.
fn owns(a: egui::Pos2, b: egui::Pos2) -> bool {
    (a.y == b.y && b.x > a.x) || b.y < a.y
}

fn triangle(image: &mut RgbaImage, texture: &Texture, mut corners: [Vertex; 3], clip: [u32; 4]) {
    let area = edge(
        corners[0].pos,
        corners[1].pos,
        corners[2].pos.x,
        corners[2].pos.y,
    );
    if area == 0.0 {
        return;
    }
    if area < 0.0 {
        corners.swap(1, 2);
    }
    let area = area.abs();
    let [a, b, c] = corners;
    let bounds = egui::Rect::from_points(&[a.pos, b.pos, c.pos]);
    let left = (bounds.min.x.floor().max(0.0) as u32).max(clip[0]);
    let right = (bounds.max.x.ceil().max(0.0) as u32).min(clip[2]);
    let top = (bounds.min.y.floor().max(0.0) as u32).max(clip[1]);
    let bottom = (bounds.max.y.ceil().max(0.0) as u32).min(clip[3]);
    for y in top..bottom {
        for x in left..right {
            let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
            let inside = |from: Vertex, to: Vertex| {
                let weight = edge(from.pos, to.pos, px, py);
                (weight > 0.0 || (weight == 0.0 && owns(from.pos, to.pos))).then_some(weight / area)
            };
            let (Some(of_a), Some(of_b), Some(of_c)) = (inside(b, c), inside(c, a), inside(a, b))
            else {
                continue;
            };
            let weights = [(a, of_a), (b, of_b), (c, of_c)];
            let mut color = [0.0; 4];
            let (mut u, mut v) = (0.0, 0.0);
            for (corner, weight) in weights {
                u += corner.uv.x * weight;
                v += corner.uv.y * weight;
                for (sum, part) in color.iter_mut().zip(corner.color.to_array()) {
                    *sum += f32::from(part) * weight;
                }
            }
            let texel = texture.sample(u, v);
            let alpha = color[3] * texel[3] / 255.0;
            let pixel = image.get_pixel_mut(x, y);
            for channel in 0..3 {
                let under = f32::from(pixel[channel]) * (1.0 - alpha);
                pixel[channel] = (under + color[channel] * texel[channel]).round().min(255.0) as u8;
            }
        }
    }
}
