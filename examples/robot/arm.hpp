// SPDX-License-Identifier: BSD-3-Clause
// The robot: an arm of two joints that moves in a vertical plane, simulated by MuJoCo (package libmujoco-dev). Its
// controller knows neither the weight of the links nor what the hand holds nor the friction of the joints.
#pragma once

#include "examples/common/data_error.hpp"
#include "examples/common/text.hpp"
#include "examples/robot/trial.hpp"

#include <mujoco/mujoco.h>

#include <cstring>
#include <memory>
#include <string>

namespace saltus::examples::robot {

struct Load {
    double payload_kg = 1.5;
    double friction_nm = 0.5; ///< of each joint, dry
    double damping = 0.5;     ///< N m s/rad
};

class Arm {
  public:
    explicit Arm(const Load& load) : model_(compile(load)), data_(mj_makeData(model_.get())) {}

    void place(const Joints& angles) {
        for (std::size_t k = 0; k < joints; ++k) data_->qpos[k] = angles[k];
        mj_forward(model_.get(), data_.get());
    }
    [[nodiscard]] Joints angles() const { return {data_->qpos[0], data_->qpos[1]}; }
    [[nodiscard]] Joints speeds() const { return {data_->qvel[0], data_->qvel[1]}; }
    /// 1 ms of physics with these torques, N m.
    void step(const Joints& torques) {
        for (std::size_t k = 0; k < joints; ++k) data_->ctrl[k] = torques[k];
        mj_step(model_.get(), data_.get());
    }

  private:
    struct Delete {
        void operator()(mjModel* model) const { mj_deleteModel(model); }
        void operator()(mjData* data) const { mj_deleteData(data); }
    };
    using Model = std::unique_ptr<mjModel, Delete>;

    static std::string description(const Load& load) {
        return text(R"(<mujoco model="arm">
  <compiler angle="radian"/>
  <option timestep="0.001" integrator="implicit" gravity="0 0 -9.81"/>
  <default>
    <joint type="hinge" axis="0 1 0" damping="%g" frictionloss="%g" armature="0.02"/>
    <geom type="capsule" contype="0" conaffinity="0"/>
    <motor gear="1" ctrllimited="true" ctrlrange="-80 80"/>
  </default>
  <worldbody>
    <body name="upper arm">
      <joint name="shoulder"/>
      <geom fromto="0 0 0 0.4 0 0" size="0.03" mass="1.5"/>
      <body name="forearm" pos="0.4 0 0">
        <joint name="elbow"/>
        <geom fromto="0 0 0 0.35 0 0" size="0.025" mass="1"/>
        <geom name="payload" type="sphere" pos="0.35 0 0" size="0.05" mass="%g"/>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor joint="shoulder"/>
    <motor joint="elbow"/>
  </actuator>
</mujoco>)",
                    load.damping, load.friction_nm, load.payload_kg);
    }

    static Model compile(const Load& load) {
        const std::string xml = description(load);
        const auto files = std::make_unique<mjVFS>();
        mj_defaultVFS(files.get());
        if (mj_makeEmptyFileVFS(files.get(), "arm.xml", static_cast<int>(xml.size())) != 0)
            throw DataError("MuJoCo has no room for the description of the arm");
        std::memcpy(files->filedata[mj_findFileVFS(files.get(), "arm.xml")], xml.data(), xml.size());
        char error[300] = "";
        Model model(mj_loadXML("arm.xml", files.get(), error, sizeof error));
        mj_deleteVFS(files.get());
        if (!model) throw DataError(std::string("MuJoCo does not take the description of the arm: ") + error);
        return model;
    }

    Model model_;
    std::unique_ptr<mjData, Delete> data_;
};

} // namespace saltus::examples::robot
