//! Recording a room with the plug-in in a host: the host's wire from the output to the input is the room.

#[path = "capture/endings.rs"]
mod endings;
#[path = "capture/rooms.rs"]
mod rooms;
#[path = "capture/studio.rs"]
mod studio;
#[path = "capture/waking.rs"]
mod waking;
